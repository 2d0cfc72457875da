// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <cstdint>
#include <string_view>

namespace chatroom::wire {

/// What a line, a frame or a datagram of a peer means.
struct command {
    /// What kinds there are.
    enum class kind : std::uint8_t {
        text,       ///< A message to the room.
        heartbeat,  ///< `#ping#` over UDP: the member is there.
        quit,       ///< `/quit`: the member leaves.
        slash,      ///< Another line that begins with `/`, where there are commands.
        request,    ///< What the protocol's own tcp_wire::execute knows.
    };

    kind what = kind::text;  ///< Which of them it is.
    std::string_view text;   ///< Over TCP clean; over UDP as it came.
};

/// The meaning of a line of the text protocol over TCP, where a heartbeat is a message like others. Where there are
/// `commands`, a line that begins with `/` is one, white space before it ignored, and `//x` says `/x`; else `/quit` is
/// the only one. Any thread.
[[nodiscard]] CHATROOM_EXPORT command parse_line(std::string_view line, bool commands) noexcept;

/// Whether `text` is `/quit`, white space around it ignored. Any thread.
[[nodiscard]] CHATROOM_EXPORT bool is_quit(std::string_view text) noexcept;

/// Whether `text` is the heartbeat `#ping#`, white space around it ignored. Any thread.
[[nodiscard]] CHATROOM_EXPORT bool is_heartbeat(std::string_view text) noexcept;

/// Whether `line`, the first of a connection, is an HTTP request line (RFC 9112, section 3): a method of RFC 9110 or
/// PATCH (RFC 5789), or PRI (RFC 9113); a target that begins with `/` or with a scheme and `://`, or is exactly `*`;
/// and `HTTP/d.d` at the end, a CR after it ignored. Any thread.
[[nodiscard]] CHATROOM_EXPORT bool is_http_request(std::string_view line) noexcept;

/// Whether `begin`, a first line that has not ended yet, may be the beginning of an HTTP request line, by its method
/// alone. Any thread.
[[nodiscard]] CHATROOM_EXPORT bool may_become_http_request(std::string_view begin) noexcept;

}  // namespace chatroom::wire
