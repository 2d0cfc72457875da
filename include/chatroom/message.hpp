// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace chatroom {

/// A member of a room, for as long as the room exists: numbers are never used twice. A member is its number and not its
/// address, since a TCP and a UDP member may bear the same ADDRESS:PORT.
using member_id = std::uint64_t;

/// The room itself, which sends as `*`.
inline constexpr member_id server_id = 0;

/// One message, copied out of a room's log.
struct message {
    std::uint64_t sequence = 0;                  ///< Counts the messages of the room from 0.
    std::chrono::system_clock::time_point time;  ///< When it was published.
    member_id member = server_id;                ///< The sender; server_id too for a message of room::publish().
    std::string sender;                          ///< ADDRESS:PORT of the sender, or `*`.
    std::string text;                            ///< UTF-8, one line, no control characters but tab.
    std::uint64_t skipped = 0;  ///< Messages lost to the reader just before this one, since it fell behind the log.
};

}  // namespace chatroom
