// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>
#include <chatroom/message.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string_view>

namespace chatroom {

/// Why a membership ended or was refused. Each has exactly one reason.
enum class disconnect_reason : std::uint8_t {
    quit,               ///< It said /quit.
    end_of_file,        ///< It closed its side.
    reset,              ///< Its connection was reset.
    timed_out,          ///< Its machine no longer answers, or took nothing for as long as peer_timeout.
    heartbeat_timeout,  ///< Silent over UDP for longer than heartbeat_timeout.
    slow_consumer,      ///< It fell behind the oldest message of the log.
    unterminated_line,  ///< 64 KiB without a newline.
    line_timeout,       ///< A line took longer than line_timeout.
    wrong_protocol,     ///< Its first line was an HTTP request line: a web page is misusing a browser.
    room_full,          ///< max_members are here already.
    address_limit,      ///< max_members_per_address of its address are here already.
    rejected,           ///< The admission predicate said no.
    not_trusted,        ///< A bare heartbeat over UDP from outside trusted_networks, or from the room's own endpoint.
    not_a_member,       ///< A text over UDP from an address that has sent no heartbeat, or not lately.
    no_descriptors,     ///< The process or the system had no descriptor, or no memory, left for it.
    out_of_memory,      ///< An allocation for it failed.
    shutdown,           ///< The room stopped.
    failed,             ///< Any other error; observer::error reported it.
};

/// For an array of counters, one a reason.
inline constexpr std::size_t disconnect_reason_count = static_cast<std::size_t>(disconnect_reason::failed) + 1;

/// The name of `why`, as counters and logs print it. Any thread.
[[nodiscard]] CHATROOM_EXPORT std::string_view to_string(disconnect_reason why) noexcept;

/// The events of a room, as plain calls. Derive, and override the functions that you need.
///
/// Calls come from any shard, several at the same time, and must neither block nor throw. The views end with the
/// call.
class CHATROOM_EXPORT observer {
  public:
    virtual ~observer() = default;

    /// The member has joined: it gets every message from now on.
    virtual void joined(member_id /*member*/, std::string_view /*address*/) {}

    /// The member has left: it gets no more messages.
    virtual void left(member_id /*member*/, std::string_view /*address*/, disconnect_reason /*why*/) {}

    /// A peer was refused before it became a member.
    virtual void refused(std::string_view /*address*/, disconnect_reason /*why*/) {}

    /// A member missed `messages`, which had left the log before they could be sent to it.
    virtual void skipped(member_id /*member*/, std::uint64_t /*messages*/) {}

    /// A message of a member was not passed on: too long or, over UDP, above the rate or in the form of a server's.
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
