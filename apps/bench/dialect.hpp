// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace load {

/// How a server is spoken to over TCP other than by our text: publish/subscribe servers and IRC, to be measured beside
/// ours, and our own WebSocket. Every member subscribes to one room; a text stands between two strings that never
/// change.
struct dialect {
    bool foreign = false;    // else all that follows is empty: our own wire
    bool echo = true;        // a speaker hears itself; if not, the member after it tells that a message has arrived
    bool websocket = false;  // all of it in frames (websocket.hpp)
    std::string say_before;
    std::string say_after;
    std::string heard_before;
    std::string heard_after;  // what else stands behind it is passed over

    /// What a member sends first. `name` sets the members apart.
    std::string (*hello)(const std::string& name) = nullptr;
};

/// Of chatroom, websocket, redis, nats, mqtt or irc, for texts of that size. Throws std::invalid_argument.
dialect dialect_of(std::string_view protocol, std::size_t size);

}  // namespace load
