// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/disconnect_reason.hpp>
#include <chatroom/error.hpp>
#include <chatroom/export.hpp>
#include <chatroom/message.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string_view>

namespace chatroom {

/// The events of a room, as plain calls. Derive, and override the functions that you need.
///
/// Calls come from any shard, several at the same time, and must neither block nor throw. The views end with the
/// call.
class CHATROOM_EXPORT observer {
  public:
    virtual ~observer() = default;

    /// A peer has come in by a transport of the room, and becomes a member.
    virtual void connected(member_id /*member*/, std::string_view /*address*/) {}

    /// It has gone: it is a member no more, of any room. Once for each connected().
    virtual void disconnected(member_id /*member*/, std::string_view /*address*/, disconnect_reason /*why*/) {}

    /// The member has joined: it gets every message from now on.
    virtual void joined(member_id /*member*/, std::string_view /*address*/) {}

    /// The member has left: it gets no more messages of the room. It may be in another.
    virtual void left(member_id /*member*/, std::string_view /*address*/, disconnect_reason /*why*/) {}

    /// A peer was refused before it became a member.
    virtual void refused(std::string_view /*address*/, disconnect_reason /*why*/) {}

    /// A member missed `messages`, which had left the log before they could be sent to it.
    virtual void skipped(member_id /*member*/, std::uint64_t /*messages*/) {}

    /// A message of a member was not passed on: too long, refused by the policy or the sequencer, of a muted member or,
    /// over UDP, above the rate, in a congested room, or in the form of a server's. With the three after it, of the
    /// room that the member came in by.
    virtual void dropped(member_id /*member*/, chatroom::error_code /*why*/) {}

    /// A member is above its rate; it is read again when its token bucket allows.
    virtual void throttled(member_id /*member*/) {}

    /// The kernel dropped `datagrams` before they were read, since the receive buffer was full.
    virtual void receive_overflow(std::uint64_t /*datagrams*/) {}

    /// So many datagrams could not be sent to their members; `why` is the error of the last one.
    virtual void send_failed(std::uint64_t /*datagrams*/, chatroom::error_code /*why*/) {}

    /// Something failed and the room went on. `where` is a word or two for a log; `address` is the peer's, empty if no
    /// single peer is concerned; describe() has the text of `what`.
    virtual void error(std::string_view /*where*/, std::string_view /*address*/, const std::exception_ptr& /*what*/) {}

  protected:
    observer() = default;
    /// @cond
    observer(const observer&) = default;
    observer& operator=(const observer&) = default;
    /// @endcond
};

}  // namespace chatroom
