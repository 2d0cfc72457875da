// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/disconnect_reason.hpp>
#include <chatroom/export.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// Every sentence that the server tells a member, in plain text; a protocol gives them their form.
namespace chatroom::wire::notices {

inline constexpr std::string_view too_long = "your message is too long and was not passed on";
inline constexpr std::string_view not_passed_on = "your message could not be passed on";
inline constexpr std::string_view held_back =
    "you are sending faster than this room allows: your messages are held back";
inline constexpr std::string_view rate_lost =
    "you are sending faster than this room allows: some of your messages are lost";
inline constexpr std::string_view needs_tls = "only TLS is spoken here: chatroom-client tls://HOST:PORT";
inline constexpr std::string_view muted = "you are muted: your message was not passed on";
inline constexpr std::string_view command_running =
    "your last command is not done yet: some of what you sent meanwhile is lost";
inline constexpr std::string_view congestion_lost = "the room is too busy: some of your messages are lost";
inline constexpr std::string_view server_form =
    "your messages look like those of a chat server and are not passed on: put something before the address";

/// To a member that missed so many messages.
[[nodiscard]] CHATROOM_EXPORT std::string skipped(std::uint64_t messages);

/// The last words to a peer that is disconnected or refused for that reason; empty if it is told none.
[[nodiscard]] CHATROOM_EXPORT std::string_view closing(disconnect_reason why) noexcept;

}  // namespace chatroom::wire::notices
