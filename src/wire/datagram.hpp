// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/wire/command.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace chatroom::wire {

/// Bytes of the longest datagram to a member: both classroom programs take recv(1024).
inline constexpr std::size_t max_datagram = 1024;

/// Takes the command of the next line from the front of a datagram, whose lines count as so many datagrams; nothing
/// once it is used up. Lines without a byte are passed over. `commands` as in parse_line(). Any thread.
[[nodiscard]] CHATROOM_EXPORT std::optional<command> next_command(std::string_view& datagram, bool commands) noexcept;

/// Whether a datagram to the server has the form of one from a server: a first line that is a sender, and something
/// behind it. A server that listened to another's words would answer them, and be answered, without end
/// (CVE-2024-2169). Any thread.
[[nodiscard]] CHATROOM_EXPORT bool has_server_form(std::string_view datagram) noexcept;

/// Takes from the front of the clean `text` what fits a datagram to a member behind `SENDER\n`: all of it nearly
/// always, or else as much as cuts no code point. `sender` is its length in bytes. Any thread.
[[nodiscard]] CHATROOM_EXPORT std::string_view next_piece(std::string_view& text, std::size_t sender) noexcept;

/// Takes the sender from the front of a datagram from a server: its first line, if that is one; `*` if not. Any thread.
[[nodiscard]] CHATROOM_EXPORT std::string_view take_sender(std::string_view& datagram) noexcept;

}  // namespace chatroom::wire
