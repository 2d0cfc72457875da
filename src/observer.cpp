// SPDX-License-Identifier: BSL-1.0
#include <chatroom/observer.hpp>

namespace chatroom {

std::string_view to_string(disconnect_reason why) noexcept
{
    switch (why) {
    case disconnect_reason::quit: return "quit";
    case disconnect_reason::end_of_file: return "end_of_file";
    case disconnect_reason::reset: return "reset";
    case disconnect_reason::timed_out: return "timed_out";
    case disconnect_reason::heartbeat_timeout: return "heartbeat_timeout";
    case disconnect_reason::slow_consumer: return "slow_consumer";
    case disconnect_reason::unterminated_line: return "unterminated_line";
    case disconnect_reason::line_timeout: return "line_timeout";
    case disconnect_reason::wrong_protocol: return "wrong_protocol";
    case disconnect_reason::answered: return "answered";
    case disconnect_reason::room_full: return "room_full";
    case disconnect_reason::address_limit: return "address_limit";
    case disconnect_reason::rejected: return "rejected";
    case disconnect_reason::not_trusted: return "not_trusted";
    case disconnect_reason::not_a_member: return "not_a_member";
    case disconnect_reason::no_descriptors: return "no_descriptors";
    case disconnect_reason::removed: return "removed";
    case disconnect_reason::out_of_memory: return "out_of_memory";
    case disconnect_reason::shutdown: return "shutdown";
    case disconnect_reason::failed: return "failed";
    }
    return "unknown";
}

}  // namespace chatroom
