// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace chatroom {

/// The number of a member or of a speaker. A process uses each number once, so a member has the same one in all of its
/// rooms. An address does not identify a member: one over TCP and one over UDP may have the same ADDRESS:PORT.
using member_id = std::uint64_t;

/// The room itself, which sends as `*`.
inline constexpr member_id server_id = 0;

/// What an entry of a room is. The text protocol sends all kinds alike; another protocol may tell them apart.
enum class entry_kind : std::uint8_t {
    text,     ///< Somebody says something.
    action,   ///< Somebody does something: `/me waves`.
    joined,   ///< A member has joined.
    left,     ///< A member has left.
    renamed,  ///< A member has another sender.
    topic,    ///< The topic was set.
    removed,  ///< A member was removed by another.
};

/// What is to go into a room's log. The views end with the call that it is an argument of.
struct room_entry {
    entry_kind kind = entry_kind::text;  ///< What it is.
    member_id member = server_id;        ///< The member or speaker that it is from or about.
    std::string_view sender;             ///< In a form of wire::is_sender().
    std::string_view text;               ///< One line; the room cleans it.
};

/// One message, copied out of a room's log; or an event of a room, see follow_options::events.
struct message {
    std::uint64_t sequence = 0;                  ///< Counts the messages of the room from 0.
    std::chrono::system_clock::time_point time;  ///< When it was appended, or as room::append() was told; microseconds.
    member_id member = server_id;                ///< The sender; server_id too for room::publish(sender, text).
    std::string sender;                          ///< In a form of wire::is_sender().
    std::string text;                            ///< UTF-8, one line, no control characters but tab.
    std::uint64_t skipped = 0;  ///< Messages lost to the reader just before this one, since it fell behind the log.
    entry_kind kind = entry_kind::text;  ///< What it is.
};

/// A message where it lies in the log. The views end with the call that it is an argument of.
struct message_view {
    std::uint64_t sequence;                      ///< As message::sequence.
    std::chrono::system_clock::time_point time;  ///< As message::time.
    member_id member;                            ///< As message::member.
    std::string_view sender;                     ///< As message::sender.
    std::string_view text;                       ///< As message::text.
    std::string_view wire;                       ///< `SENDER\nTEXT\n`
    entry_kind kind;                             ///< As message::kind.
    std::string_view room = {};                  ///< room_options::name
};

}  // namespace chatroom
