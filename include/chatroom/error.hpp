// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>

#include <exception>
#include <string>
#include <type_traits>

namespace chatroom {

/// Boost's and Asio's; std::error_code converts from it.
using error_code = boost::system::error_code;

/// Errors of the library itself. All others are the operating system's.
enum class error {
    closed = 1,        ///< The room or the server has been stopped.
    would_block,       ///< A member is over half a log behind, the sequencer is congested, or 64 KiB wait for it.
    empty_text,        ///< Nothing but white space is left of the text once it is cleaned.
    text_too_long,     ///< The cleaned text is longer than room_options::max_message, or 64 KiB to one member.
    contains_newline,  ///< A text is one line; this one holds a line break.
    invalid_sender,    ///< A sender is ADDRESS:PORT, `<NAME>`, `WHO -> WHO`, or `*` for the room's own words.
    rate_limited,      ///< Over UDP: more than the room allows, or over 64 lines while a command runs.
    server_form,       ///< A datagram looks like one from a server, SENDER and TEXT: two servers could loop.
    already_running,   ///< run() was called before.
    not_a_member,      ///< The member has gone.
    refused,           ///< room_policy::submit refused the message.
    muted,             ///< The member is muted.
};

/// The category of the values of chatroom::error. Any thread.
[[nodiscard]] CHATROOM_EXPORT const boost::system::error_category& error_category() noexcept;

/// Makes the error_code of `e`. Any thread.
[[nodiscard]] CHATROOM_EXPORT error_code make_error_code(error e) noexcept;

/// The text of an exception, for a log: its what(), or that its type is unknown. Throws std::bad_alloc. Any thread.
[[nodiscard]] CHATROOM_EXPORT std::string describe(const std::exception_ptr& failure);

/// An error_code as the exception that carries it. Any thread.
[[nodiscard]] CHATROOM_EXPORT std::exception_ptr to_exception(error_code why) noexcept;

/// The error_code that an exception carries; state_not_recoverable if it carries none. Any thread.
[[nodiscard]] CHATROOM_EXPORT error_code to_error_code(const std::exception_ptr& failure) noexcept;

}  // namespace chatroom

/// @cond
template <>
struct boost::system::is_error_code_enum<chatroom::error> : std::true_type {};
/// @endcond
