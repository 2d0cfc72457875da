// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

namespace chatroom {

/// How far the end of a shard is asked for.
enum class breath : std::uint8_t { none, drain, insist };

/// The furthest end that was asked for; it never goes back. Any thread.
class asked_breath {
  public:
    void ask(breath what) noexcept
    {
        auto before = furthest_.load();
        while (before < what && !furthest_.compare_exchange_weak(before, what)) {
        }
    }

    [[nodiscard]] breath furthest() const noexcept { return furthest_.load(); }

  private:
    std::atomic<breath> furthest_{breath::none};
};

}  // namespace chatroom
