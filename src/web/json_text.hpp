// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace chatroom::detail {

/// Appends `text`, which is UTF-8, as a JSON string with its quotes. Any thread.
void append_json(std::string& out, std::string_view text);

/// `2026-11-28T09:00:00.123Z` (RFC 3339). Any thread.
[[nodiscard]] std::string utc_time(std::chrono::system_clock::time_point when);

/// The name or the address in a sender: `alice` of `<alice>`. Any thread.
[[nodiscard]] std::string_view name_in(std::string_view sender) noexcept;

}  // namespace chatroom::detail
