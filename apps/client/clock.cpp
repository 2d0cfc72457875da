// SPDX-License-Identifier: BSL-1.0
#include "clock.hpp"

namespace client {

clock::time_point clock::now() noexcept
{
    return std::chrono::steady_clock::now();
}

}  // namespace client
