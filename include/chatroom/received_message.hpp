// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

namespace chatroom {

/// A message that a client receives: always clean text, whatever the server sent.
struct received_message {
    std::string sender;  ///< ADDRESS:PORT of the sender, or `*` for the room itself.
    std::string text;    ///< UTF-8, one line, no control characters but tab.
};

}  // namespace chatroom
