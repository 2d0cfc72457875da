// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <string_view>

namespace chatroom::wire {

/// Whether `text` is `/quit`, white space around it ignored. Any thread.
[[nodiscard]] CHATROOM_EXPORT bool is_quit(std::string_view text) noexcept;

/// Whether `text` is the heartbeat `#ping#`, white space around it ignored. Any thread.
[[nodiscard]] CHATROOM_EXPORT bool is_heartbeat(std::string_view text) noexcept;

/// Whether `line`, the first of a connection, is that of an HTTP client: `^[A-Z]+ \S+ HTTP/\d` or `^Host:`. Any thread.
[[nodiscard]] CHATROOM_EXPORT bool is_http(std::string_view line) noexcept;

}  // namespace chatroom::wire
