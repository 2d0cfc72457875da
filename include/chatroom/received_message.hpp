// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/message.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace chatroom {

/// What a received message is, as far as the wire tells.
enum class received_kind : std::uint8_t {
    unknown,          ///< The text protocol does not tell: sender and text are all there is.
    text,             ///< A member says something to the room.
    action,           ///< A member does something: `/me waves`.
    private_message,  ///< From one member to another.
    joined,           ///< A member has joined.
    left,             ///< A member has left.
    renamed,          ///< A member has another name.
    topic,            ///< The topic was set.
    removed,          ///< A member was removed by another.
    notice,           ///< Other words of the room or the server.
    gap,              ///< From the client itself: messages were missed, and can't be got. `text` is a sentence.
    accepted,         ///< The answer to the line with that `id`: it is in the room, or was executed.
    refused,          ///< The answer to the line with that `id`: it is not passed on. `text` is why.
};

/// A message that a client receives: always clean text, whatever the server sent. What stands behind `text` comes over
/// WebSocket alone.
struct received_message {
    std::string sender;  ///< ADDRESS:PORT, `<NAME>`, `WHO -> WHO`, or `*` for the room itself.
    std::string text;    ///< UTF-8, one line, no control characters but tab.

    received_kind kind = received_kind::unknown;      ///< What it is.
    std::chrono::system_clock::time_point time = {};  ///< By the server's clock; the clock's epoch: not told.
    std::string room = {};                            ///< Where it was said; empty: in none, or not told.
    member_id member = server_id;                     ///< That it is from or about; server_id: none, or not told.
    bool own = false;                                 ///< Said on this connection, or on one that it continues.
    bool history = false;                             ///< From before the client came.
    std::string id = {};                              ///< Of an answer: see client::send_once().
};

}  // namespace chatroom
