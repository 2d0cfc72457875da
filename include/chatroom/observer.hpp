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

/// Why a member left, or was never let in. Every goodbye has exactly one.
enum class disconnect_reason : std::uint8_t {
    quit,               ///< It said /quit.
    end_of_file,        ///< It closed its side.
    reset,              ///< Its connection was reset.
    timed_out,          ///< Its machine no longer answers, or took nothing for as long as peer_timeout.
    heartbeat_timeout,  ///< No heartbeat came over UDP for longer than expiry.
    slow_consumer,      ///< It fell off the log.
    unterminated_line,  ///< 64 KiB without a newline.
    line_timeout,       ///< A line took longer than line_time.
    wrong_protocol,     ///< It speaks HTTP: a browser is being misused.
    room_full,          ///< max_members are here already.
    address_limit,      ///< max_members_per_address of its address are here already.
    rejected,           ///< The admission predicate said no.
    not_trusted,        ///< A bare heartbeat over UDP, whose source may be forged, from a network that is not trusted.
    not_a_member,       ///< It spoke over UDP, and is no member: it has sent no heartbeat, or not lately.
    no_descriptors,     ///< The process or the system had no descriptor, or no memory, left for it.
    out_of_memory,      ///< Memory was refused while it was served.
    shutdown,           ///< The room stopped.
    failed,             ///< Any other error; observer::error told which.
};

/// For an array of counters, one a reason.
inline constexpr std::size_t disconnect_reason_count = static_cast<std::size_t>(disconnect_reason::failed) + 1;

/// The name of `why`, as counters and logs print it. Any thread.
[[nodiscard]] CHATROOM_EXPORT std::string_view to_string(disconnect_reason why) noexcept;

/// What happens in a room, as plain calls. Derive, and override what you want to know.
///
/// Calls come from any shard, several at the same time, and must neither block nor throw. The views end with the call.
class CHATROOM_EXPORT observer {
  public:
    virtual ~observer() = default;

    /// The member is in: every message from now on is owed to it.
    virtual void joined(member_id /*member*/, std::string_view /*address*/) {}

    /// The member is out: it is owed nothing more.
    virtual void left(member_id /*member*/, std::string_view /*address*/, disconnect_reason /*why*/) {}

    /// A caller was turned away before it became a member.
    virtual void refused(std::string_view /*address*/, disconnect_reason /*why*/) {}

    /// A member missed `messages` that had left the log before it took them.
    virtual void skipped(member_id /*member*/, std::uint64_t /*messages*/) {}

    /// A member said something that was not passed on: a text too long or, over UDP, above the rate.
    virtual void dropped(member_id /*member*/, chatroom::error_code /*why*/) {}

    /// A member is above its rate, and is read again when it has earned it.
    virtual void throttled(member_id /*member*/) {}

    /// The kernel dropped `datagrams` before they were read, since the receive buffer was full.
    virtual void receive_overflow(std::uint64_t /*datagrams*/) {}

    /// So many datagrams could not be sent to their members; `why` is what the last of them met.
    virtual void send_failed(std::uint64_t /*datagrams*/, chatroom::error_code /*why*/) {}

    /// Something failed and the room went on. `where` is a word or two for a log; `address` is the peer's, empty if it
    /// concerns no one peer; describe() has the words of `what`.
    virtual void error(std::string_view /*where*/, std::string_view /*address*/, const std::exception_ptr& /*what*/) {}

  protected:
    observer() = default;
    /// @cond
    observer(const observer&) = default;
    observer& operator=(const observer&) = default;
    /// @endcond
};

}  // namespace chatroom
