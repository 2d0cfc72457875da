// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

namespace chatroom {

/// What a client hears: always clean text, whatever the server sent.
struct heard {
    std::string sender;
    std::string text;
};

}  // namespace chatroom
