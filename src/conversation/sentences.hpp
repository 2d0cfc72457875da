// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "ban_list.hpp"
#include "command_line.hpp"
#include "name.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Every sentence that a conversation tells its members. A `sender` is `<NAME>` or ADDRESS:PORT.
namespace chatroom::detail::sentences {

// Names.
[[nodiscard]] std::string wrong_name(name_error why, std::string_view what);
[[nodiscard]] std::string name_taken(std::string_view name);
[[nodiscard]] std::string name_kept(std::string_view name, std::chrono::seconds wait);
[[nodiscard]] std::string name_of_account(std::string_view name);
[[nodiscard]] std::string name_banned(std::string_view name);
[[nodiscard]] std::string name_given(std::string_view name);
[[nodiscard]] std::string wait_for_key(std::chrono::seconds wait);
inline constexpr std::string_view short_key = "a name has no spaces, and a KEY at least 8 characters";
inline constexpr std::string_view muted_name = "you are muted: your name stays as it is";
inline constexpr std::string_view replaced = "your name has been taken over with its key: goodbye";
inline constexpr std::string_view name_first = "choose a name first: /name NAME";

// Events of a room.
[[nodiscard]] std::string joined(std::string_view sender);
[[nodiscard]] std::string left(std::string_view sender);
[[nodiscard]] std::string renamed(std::string_view before, std::string_view now);
[[nodiscard]] std::string topic_set(std::string_view sender, std::string_view topic);
[[nodiscard]] std::string removed(std::string_view sender, std::string_view by, std::string_view why);
[[nodiscard]] std::string came_and_went(std::uint32_t came, std::uint32_t went);

// Commands.
[[nodiscard]] std::string no_such_command(std::string_view name);
[[nodiscard]] std::string usage(const command_spec& what);
[[nodiscard]] std::string help(const command_spec& what);
[[nodiscard]] std::string help(std::string_view name, std::string_view words);
inline constexpr std::string_view commands_off = "this server has no passwords to take: your line was not passed on";
inline constexpr std::string_view operators_only = "only operators may do that: /login NAME PASSWORD";

// People.
[[nodiscard]] std::string nobody(std::string_view who);
[[nodiscard]] std::string several(std::string_view address, std::string_view ids);
[[nodiscard]] std::string not_reached(std::string_view sender);
[[nodiscard]] std::string has_left(std::string_view sender);
[[nodiscard]] std::string who(std::string_view room, std::size_t count);
[[nodiscard]] std::string more(std::size_t count, std::string_view command);
inline constexpr std::string_view muted = "you are muted: your message was not passed on";
inline constexpr std::string_view nothing_to_say = "there is nothing in it to pass on";
inline constexpr std::string_view too_long = "your message is too long and was not passed on";
inline constexpr std::string_view too_busy = "the room is too busy: try again";

// Rooms.
[[nodiscard]] std::string now_in(std::string_view room, std::size_t count);
[[nodiscard]] std::string already_in(std::string_view room);
[[nodiscard]] std::string no_such_room(std::string_view room);
[[nodiscard]] std::string topic(std::string_view room, std::string_view topic);
[[nodiscard]] std::string no_topic(std::string_view room);
inline constexpr std::string_view too_many_rooms = "there are too many rooms already";
inline constexpr std::string_view too_many_of_yours = "too many rooms have been made from your address already";

[[nodiscard]] std::string room_count(std::string_view room, std::size_t count);
inline constexpr std::string_view rooms = "rooms: ";

// Passwords.
[[nodiscard]] std::string not_in(std::string_view room);
[[nodiscard]] std::string wait_for_password(std::chrono::seconds wait);
inline constexpr std::string_view wrong_login = "that is the wrong name or password";
inline constexpr std::string_view wrong_password = "that is the wrong password";
inline constexpr std::string_view password_needed = "this server has a password: /pass WORD";
inline constexpr std::string_view password_right = "welcome";
inline constexpr std::string_view no_password = "this server has no password: you are in";
inline constexpr std::string_view inside_already = "you are in already";
inline constexpr std::string_view rooms_by_subscription = "over WebSocket rooms are joined and left by subscribing";
inline constexpr std::string_view password_missing = "this server has a password";
inline constexpr std::string_view no_commands = "this server has no commands";
inline constexpr std::string_view in_too_many_rooms = "you are in too many rooms: leave one first";
inline constexpr std::string_view password_too_late = "no password came: goodbye";
inline constexpr std::string_view tcp_for_password = "this server has a password: come by TCP";
inline constexpr std::string_view no_login_over_udp = "there is no login over UDP: a sender can be forged";
inline constexpr std::string_view login_needs_tls = "a password needs TLS, or a connection from this machine";
inline constexpr std::string_view busy_with_passwords = "too many passwords are being checked: try again";
[[nodiscard]] std::string logged_in(std::string_view name);

// Operators, and the log.
[[nodiscard]] std::string announcement(std::string_view sender, std::string_view text);
[[nodiscard]] std::string did(std::string_view address, std::string_view sender, std::string_view what);
[[nodiscard]] std::string tried_password(std::string_view address);
[[nodiscard]] std::string kicked(std::string_view by, std::string_view why);
[[nodiscard]] std::string done_kick(std::string_view sender);
[[nodiscard]] std::string muted_for(std::string_view sender, std::chrono::seconds duration);
[[nodiscard]] std::string unmuted(std::string_view sender);
[[nodiscard]] std::string banned(const ban& which);
[[nodiscard]] std::string banned_yourself(const ban& which);
[[nodiscard]] std::string unbanned(std::string_view subject);
[[nodiscard]] std::string no_ban(std::string_view subject);
[[nodiscard]] std::string wrong_ban(ban_error why, std::string_view subject);
[[nodiscard]] std::string describe(const ban& which);
[[nodiscard]] std::string wrong_time(std::string_view text);
[[nodiscard]] std::string not_saved(std::string_view why);
inline constexpr std::string_view no_mutes = "nobody is muted";
inline constexpr std::string_view no_bans = "there are no bans";
inline constexpr std::string_view not_yourself = "not yourself";
inline constexpr std::string_view not_an_operator = "operators can't be removed or muted";
inline constexpr std::string_view not_from_here = "you may not come in from your address";

}  // namespace chatroom::detail::sentences
