// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <string_view>

namespace chatroom::wire {

/// Whether `text` is `/quit`, white space around it ignored. Any thread.
[[nodiscard]] CHATROOM_EXPORT bool is_quit(std::string_view text) noexcept;

/// Whether `text` is the heartbeat `#ping#`, white space around it ignored. Any thread.
[[nodiscard]] CHATROOM_EXPORT bool is_heartbeat(std::string_view text) noexcept;

/// Whether `line`, the first of a connection, is an HTTP request line (RFC 9112, section 3): a method of RFC 9110 or
/// PATCH (RFC 5789), or PRI (RFC 9113); a target that begins with `/` or with a scheme and `://`, or is exactly `*`;
/// and `HTTP/d.d` at the end, a CR after it ignored. Any thread.
[[nodiscard]] CHATROOM_EXPORT bool is_http_request(std::string_view line) noexcept;

}  // namespace chatroom::wire
