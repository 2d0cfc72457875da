// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace client {

/// How long to wait before the next attempt: exponential with full jitter, so that the many clients that a server lost
/// at once don't come back at once.
class back_off {
  public:
    using duration = std::chrono::milliseconds;

    explicit back_off(duration first = std::chrono::seconds{1}, duration most = std::chrono::seconds{30}) noexcept
        : first_{first},
          most_{most},
          ceiling_{first}
    {
    }

    /// Draws the next wait, from 0 up to a ceiling that doubles each time, up to the most.
    template <typename Generator>
    [[nodiscard]] duration next(Generator& generator)
    {
        std::uniform_int_distribution<duration::rep> any{0, ceiling_.count()};
        ceiling_ = std::min(most_, ceiling_ * 2);
        return duration{any(generator)};
    }

    /// Tells how long a connection connected_for. One that ended at once is no success: a full room takes and drops
    /// callers.
    void connected_for(duration time) noexcept
    {
        if (time >= most_) {
            ceiling_ = first_;
        }
    }

  private:
    duration first_;
    duration most_;
    duration ceiling_;
};

}  // namespace client
