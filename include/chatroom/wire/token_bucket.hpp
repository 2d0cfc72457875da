// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace chatroom::wire {

/// What fills a token bucket: `rate` tokens a second, up to `burst` of them. A rate of 0 is no limit.
struct token_rate {
    std::uint32_t rate;   ///< Tokens a second.
    std::uint32_t burst;  ///< Tokens that a full bucket holds.

    /// How long one token takes; `rate` is not 0.
    [[nodiscard]] std::chrono::nanoseconds one() const noexcept
    {
        return std::chrono::nanoseconds{1'000'000'000 / rate};
    }
};

/// Each message costs a token. The caller tells the time, and what fills the bucket: that is the same for all members.
///
/// Kept as one time, full_: when the bucket will be full again if nothing is taken. A token is worth 1/rate seconds of
/// it, and there is one as long as full_ is at most burst - 1 tokens ahead.
class token_bucket {
  public:
    /// The clock is the caller's.
    using time_point = std::chrono::steady_clock::time_point;

    /// Takes a token if there is one.
    [[nodiscard]] bool take(time_point now, const token_rate& per_second) noexcept
    {
        if (next(now, per_second) > now) {
            return false;
        }
        if (per_second.rate != 0) {
            full_ = std::max(full_, now) + per_second.one();
        }
        return true;
    }

    /// When the next token will be there; `now` or earlier if one is.
    [[nodiscard]] time_point next(time_point now, const token_rate& per_second) const noexcept
    {
        return per_second.rate == 0 ? now : full_ - (per_second.burst - 1) * per_second.one();
    }

  private:
    time_point full_{};
};

}  // namespace chatroom::wire
