// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

namespace chatroom::detail {

/// How far the end of a shard is asked for.
enum class stop_mode : std::uint8_t { none, drain, close };

/// The furthest end that was asked for; it never goes back. Any thread.
class stop_request {
  public:
    void raise(stop_mode what) noexcept
    {
        auto before = furthest_.load();
        while (before < what && !furthest_.compare_exchange_weak(before, what)) {
        }
    }

    [[nodiscard]] stop_mode furthest() const noexcept { return furthest_.load(); }

  private:
    std::atomic<stop_mode> furthest_{stop_mode::none};
};

}  // namespace chatroom::detail
