// SPDX-License-Identifier: BSL-1.0
#include "wire/notices.hpp"

namespace chatroom::wire::notices {

std::string skipped(std::uint64_t messages)
{
    return "you were too slow: " + std::to_string(messages) + " messages were skipped";
}

std::string_view closing(disconnect_reason why) noexcept
{
    switch (why) {
    case disconnect_reason::slow_consumer: return "you were too slow: goodbye";
    case disconnect_reason::unterminated_line: return "your line has no end: goodbye";
    case disconnect_reason::line_timeout: return "your line took too long: goodbye";
    case disconnect_reason::wrong_protocol: return "this is a chat room, not a web server";
    case disconnect_reason::room_full: return "the room is full";
    case disconnect_reason::address_limit: return "too many members from your address";
    case disconnect_reason::shutdown: return "the room is closing";
    case disconnect_reason::answered:
    case disconnect_reason::quit:
    case disconnect_reason::end_of_file:
    case disconnect_reason::reset:
    case disconnect_reason::timed_out:
    case disconnect_reason::heartbeat_timeout:
    case disconnect_reason::rejected:
    case disconnect_reason::not_trusted:
    case disconnect_reason::not_a_member:
    case disconnect_reason::no_descriptors:
    case disconnect_reason::removed:
    case disconnect_reason::out_of_memory:
    case disconnect_reason::failed: break;
    }
    return {};
}

}  // namespace chatroom::wire::notices
