// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace chatroom::wire {

/// Earns `rate` tokens a second up to `burst`; each message costs one. The caller tells the time. A rate of 0 is no
/// limit.
///
/// Kept as one time, full_: when the bucket will be full again if nothing is taken. A token is worth 1/rate seconds of
/// it, and there is one as long as full_ is at most burst - 1 tokens ahead.
class token_bucket {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    token_bucket(std::uint32_t rate, std::uint32_t burst) noexcept : rate_{rate}, burst_{burst} {}

    /// Takes a token if there is one.
    [[nodiscard]] bool take(time_point now) noexcept
    {
        if (next(now) > now) {
            return false;
        }
        if (rate_ != 0) {
            full_ = std::max(full_, now) + token();
        }
        return true;
    }

    /// When the next token will be there; `now` or earlier if one is.
    [[nodiscard]] time_point next(time_point now) const noexcept
    {
        return rate_ == 0 ? now : full_ - (burst_ - 1) * token();
    }

  private:
    [[nodiscard]] std::chrono::nanoseconds token() const noexcept
    {
        return std::chrono::nanoseconds{1'000'000'000 / rate_};
    }

    time_point full_{};
    std::uint32_t rate_;
    std::uint32_t burst_;
};

}  // namespace chatroom::wire
