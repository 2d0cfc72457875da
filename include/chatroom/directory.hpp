// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/disconnect_reason.hpp>
#include <chatroom/member.hpp>
#include <chatroom/room/room.hpp>

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace chatroom {

/// Who a member says that it is. Each may be empty.
struct credentials {
    std::string name;      ///< That it wants to have.
    std::string key;       ///< By which it takes the name over from an older connection of its own.
    std::string password;  ///< Of the server.
};

/// What a directory answers to a member that wants to come in.
struct entry_verdict {
    /// What to do.
    enum class outcome : std::uint8_t {
        admitted,        ///< It is in.
        wrong_name,      ///< It can't have that name.
        wrong_password,  ///< The server has a password, and it gave none or a wrong one.
        refused,         ///< It may not come in.
    };
    outcome what = outcome::admitted;  ///< What to do.
    std::string words;                 ///< A sentence for the person, unless it is admitted.
};

/// A room, or the sentence that says why there is none.
struct found_room {
    std::optional<room> which;  ///< The room.
    std::string refusal;        ///< Where there is none.
};

/// Rooms and people by name, for a protocol that names them in its requests (see peer). conversation::directory() is
/// one. Every function is called on the strand of the member that it concerns, several at the same time for different
/// members; none may be empty.
struct directory {
    /// A member has come in, and is in no room yet. It may wait; it is cancelled (terminal) when the member goes.
    std::function<boost::asio::awaitable<entry_verdict>(member who, credentials given)> enter;

    /// A member that was admitted wants to join the room of that name. It joins right after this has returned.
    std::function<found_room(const member& who, std::string_view name)> join;

    /// A member has left a room.
    std::function<void(const member& who, const room& which)> leave;

    /// A line that begins with `/`, given in a room, or in none. It answers by member::send(). It may wait, as
    /// room_policy::command.
    std::function<boost::asio::awaitable<void>(member who, std::string room_name, std::string line)> command;

    /// A member for which enter() was called has gone.
    std::function<void(const member& who, disconnect_reason why)> gone;
};

}  // namespace chatroom
