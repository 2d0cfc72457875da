// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace chatroom::detail {

/// Reads a time as a person writes it: `90s`, `10m`, `2h`, `1d`; at most ten years, and not 0. Any thread.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

/// Whether a person must have meant a time: digits and one of these letters. Any thread.
[[nodiscard]] bool looks_like_duration(std::string_view text) noexcept;

/// Writes one, to its largest whole unit. Any thread.
[[nodiscard]] std::string to_string(std::chrono::seconds duration);

}  // namespace chatroom::detail
