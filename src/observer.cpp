// SPDX-License-Identifier: BSL-1.0
#include <chatroom/observer.hpp>

namespace chatroom {

std::string_view to_string(reason why) noexcept
{
    switch (why) {
    case reason::quit: return "quit";
    case reason::end_of_file: return "end_of_file";
    case reason::reset: return "reset";
    case reason::timed_out: return "timed_out";
    case reason::expired: return "expired";
    case reason::slow: return "slow";
    case reason::endless_line: return "endless_line";
    case reason::line_time: return "line_time";
    case reason::not_chat: return "not_chat";
    case reason::room_full: return "room_full";
    case reason::address_full: return "address_full";
    case reason::turned_away: return "turned_away";
    case reason::not_trusted: return "not_trusted";
    case reason::not_a_member: return "not_a_member";
    case reason::no_descriptors: return "no_descriptors";
    case reason::out_of_memory: return "out_of_memory";
    case reason::drained: return "drained";
    case reason::failed: return "failed";
    }
    return "unknown";
}

}  // namespace chatroom
