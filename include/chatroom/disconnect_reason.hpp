// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace chatroom {

/// Why a membership ended or was refused. Each has exactly one reason.
enum class disconnect_reason : std::uint8_t {
    quit,               ///< It said /quit, or left one of several rooms.
    end_of_file,        ///< It closed its side.
    reset,              ///< Its connection was reset.
    timed_out,          ///< Its machine no longer answers, or took nothing for as long as peer_timeout.
    heartbeat_timeout,  ///< Silent over UDP for longer than heartbeat_timeout.
    slow_consumer,      ///< It fell behind the oldest message of the log.
    unterminated_line,  ///< 64 KiB without a newline.
    line_timeout,       ///< A line took longer than line_timeout.
    wrong_protocol,     ///< It broke its protocol, or sent an HTTP request where none is served.
    answered,           ///< It was no member, but sent an HTTP request, which was answered.
    room_full,          ///< max_members are here already, of this transport or of shared_limits.
    address_limit,      ///< max_members_per_address of its address are here already, as above.
    rejected,           ///< room_policy::admit said no, or took too long, or 1,024 peers waited for it.
    not_trusted,        ///< A bare heartbeat over UDP from outside trusted_networks, or from the room's own endpoint.
    not_a_member,       ///< A text over UDP from an address that has sent no heartbeat, or not lately.
    no_descriptors,     ///< The process or the system had no descriptor, or no memory, left for it.
    removed,            ///< The program disconnected it: member::disconnect(), or leave() from its last room.
    out_of_memory,      ///< An allocation for it failed.
    shutdown,           ///< The room stopped.
    failed,             ///< Any other error; observer::error reported it.
};

/// For an array of counters, one a reason.
inline constexpr std::size_t disconnect_reason_count = static_cast<std::size_t>(disconnect_reason::failed) + 1;

/// The name of `why`, as counters and logs print it. Any thread.
[[nodiscard]] CHATROOM_EXPORT std::string_view to_string(disconnect_reason why) noexcept;

}  // namespace chatroom
