// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/message.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace server {

/// The second in which each member came. Members are numbered in the order in which they come, so it is enough to
/// keep the first of each second: there may be a million members. Any thread.
class arrivals {
  public:
    /// Some so many seconds are kept. Beyond that a time is exact to 16 / `capacity` of what has passed since.
    explicit arrivals(std::size_t capacity = 16 * 1024) : capacity_{capacity} {}

    /// The member comes now, in that second, which does not go back. Without memory its time is that of one before.
    void add(chatroom::member_id member, std::uint32_t second) noexcept;

    /// When it came: a second at or before that of its add(), or of one that was added just before it.
    [[nodiscard]] std::uint32_t second_of(chatroom::member_id member) const noexcept;

  private:
    void thin_out(std::uint32_t now) noexcept;

    struct arrival {
        chatroom::member_id first;
        std::uint32_t second;
    };

    const std::size_t capacity_;
    mutable std::mutex mutex_;  // a leaf
    std::vector<arrival> seconds_;
};

}  // namespace server
