// SPDX-License-Identifier: BSL-1.0
#include <chatroom/wire/protocol.hpp>

#include <chatroom/wire/sender.hpp>

namespace chatroom::wire {

void protocol::append_goodbye(std::string& out, disconnect_reason /*why*/, std::string_view words)
{
    if (!words.empty()) {
        append_line(out, server_name, words);
    }
}

}  // namespace chatroom::wire
