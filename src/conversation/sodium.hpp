// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sodium.h>

#include <stdexcept>

namespace chatroom::detail {

/// Makes libsodium ready. Throws std::runtime_error if the system gives it no random numbers. Any thread, again too.
inline void require_sodium()
{
    if (sodium_init() < 0) {
        throw std::runtime_error{"libsodium can't be initialised"};
    }
}

}  // namespace chatroom::detail
