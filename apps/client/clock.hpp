// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>

namespace client {

/// The clock that the client's rules of time go by. In the program it is the steady clock; the tests have a now() of
/// their own, which they move by hand.
struct clock {
    using duration = std::chrono::steady_clock::duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::steady_clock::time_point;
    static constexpr bool is_steady = true;

    [[nodiscard]] static time_point now() noexcept;
};

}  // namespace client
