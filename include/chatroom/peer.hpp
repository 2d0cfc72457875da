// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/disconnect_reason.hpp>
#include <chatroom/error.hpp>
#include <chatroom/member.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chatroom {

class room;

/// A connection as the requests of its protocol see it: the member that it is, and its rooms. Everything on the strand
/// of the connection, within tcp_wire::execute.
class peer {
  public:
    /// Where a member stands that has joined a room.
    struct place {
        std::uint64_t next = 0;    ///< The sequence of the first message that it gets.
        std::uint64_t missed = 0;  ///< Messages that it asked for and that have left the log.
    };

    /// The member. It is one from the first request on, in no room. Throws std::bad_alloc.
    [[nodiscard]] virtual member self() = 0;

    /// Joins a room, and gets what is published from now on, or from the message of that sequence on. Errors: closed,
    /// invalid_argument (the sequence lies ahead, or it is in the room already). Throws std::bad_alloc.
    virtual error_code join(const room& which, std::optional<std::uint64_t> from, place& where) = 0;

    /// Leaves a room; it may leave its last one. Errors: not_a_member.
    virtual error_code leave(const room& which) = 0;

    /// Says something in a room that it is in, by the rules of that room. Errors: rate_limited, would_block (the room
    /// is congested), muted, refused (`words` may say why), not_a_member, and those of room::publish(sender, text).
    virtual error_code say(const room& which, std::string_view text, std::string& words) = 0;

    /// Sends bytes of the protocol. Throws std::bad_alloc.
    virtual void write(std::string_view bytes) = 0;

    /// Disconnects it gracefully.
    virtual void disconnect(disconnect_reason why, std::string_view last_words) noexcept = 0;

  protected:
    peer() = default;
    /// @cond
    peer(const peer&) = default;
    peer& operator=(const peer&) = default;
    ~peer() = default;
    /// @endcond
};

}  // namespace chatroom
