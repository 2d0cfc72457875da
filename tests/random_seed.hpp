// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

/// The seed of a random test: $CHATROOM_SEED, or a new one. Printed at once, and not as a Boost.Test message, so that
/// it stands in the output of a test that fails, crashes or hangs.
inline unsigned random_seed()
{
    const char* const given = std::getenv("CHATROOM_SEED");
    const auto seed = given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
    std::cout << "CHATROOM_SEED=" << seed << std::endl;
    return seed;
}
