// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/statistics.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace chatroom::detail {

/// A count that one strand writes, and any thread reads: no locked instruction.
class strand_counter {
  public:
    void add(std::uint64_t n) noexcept { count_.store(get() + n, std::memory_order_relaxed); }
    void subtract(std::uint64_t n) noexcept { count_.store(get() - n, std::memory_order_relaxed); }
    void set(std::uint64_t n) noexcept { count_.store(n, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t get() const noexcept { return count_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> count_{0};
};

struct traffic_counters {
    strand_counter members;
    strand_counter received_bytes;
    strand_counter received_messages;
    strand_counter sent_bytes;
    strand_counter sent_messages;

    void add_to(traffic& sum) const noexcept
    {
        sum.members += members.get();
        sum.received_bytes += received_bytes.get();
        sum.received_messages += received_messages.get();
        sum.sent_bytes += sent_bytes.get();
        sum.sent_messages += sent_messages.get();
    }
};

class duration_counters {
  public:
    void add(std::chrono::nanoseconds took) noexcept
    {
        const auto& bounds = duration_histogram::bounds;
        counts_[static_cast<std::size_t>(std::ranges::lower_bound(bounds, took) - bounds.begin())].add(1);
        sum_.add(static_cast<std::uint64_t>(took.count()));
    }

    void add_to(duration_histogram& sum) const noexcept
    {
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            sum.counts[i] += counts_[i].get();
        }
        sum.sum += std::chrono::nanoseconds{sum_.get()};
    }

  private:
    std::array<strand_counter, duration_histogram::bounds.size() + 1> counts_;
    strand_counter sum_;
};

/// Of the connections of one shard.
struct tcp_counters {
    traffic_counters text;
    traffic_counters websocket;
    strand_counter buffered_bytes;
    duration_counters flushes;
};

}  // namespace chatroom::detail
