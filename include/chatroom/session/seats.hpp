// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>

namespace chatroom {

/// Counts the members that a transport has in the room, over all its shards. Any thread.
class seats {
  public:
    /// 0 is no limit.
    explicit seats(std::size_t limit) noexcept : limit_{limit} {}

    /// False if all are taken.
    [[nodiscard]] bool take() noexcept
    {
        auto taken = taken_.load();
        do {
            if (limit_ != 0 && taken >= limit_) {
                return false;
            }
        } while (!taken_.compare_exchange_weak(taken, taken + 1));
        return true;
    }

    void give_back() noexcept { taken_.fetch_sub(1); }
    [[nodiscard]] std::size_t taken() const noexcept { return taken_.load(); }

  private:
    const std::size_t limit_;
    std::atomic<std::size_t> taken_{0};
};

}  // namespace chatroom
