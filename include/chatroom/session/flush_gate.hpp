// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace chatroom {

/// Lets the shards of a room flush together: one of them coalesces for all, until a round brings nothing new; the other
/// shards with a pending flush wait. Separate flushes would coalesce less, and send more often for the same messages.
///
///     wait() ──► one gathers ──► open(): all who waited flush ──► end() by each; the last one gathers again
///
/// Any thread.
template <typename Shard>
class flush_gate {
  public:
    /// For so many shards. Throws std::bad_alloc.
    explicit flush_gate(std::size_t shards)
    {
        waiting_.reserve(shards);
        released_.reserve(shards);
    }

    /// Adds a shard to those that wait, once before each open(). Returns whether it is the one to gather.
    [[nodiscard]] bool wait(std::weak_ptr<Shard> one) noexcept
    {
        const std::scoped_lock lock{mutex_};
        waiting_.push_back(std::move(one));
        return gathers();
    }

    /// For the one that gathered: who waited, to flush now and to call end() then, as the caller does besides. The list
    /// is the caller's until that.
    [[nodiscard]] const std::vector<std::weak_ptr<Shard>>& open() noexcept
    {
        const std::scoped_lock lock{mutex_};
        released_.clear();
        released_.swap(waiting_);
        busy_ += released_.size();
        return released_;
    }

    /// Returns whether the caller is the one to gather next.
    [[nodiscard]] bool end() noexcept
    {
        const std::scoped_lock lock{mutex_};
        --busy_;
        return gathers();
    }

  private:
    [[nodiscard]] bool gathers() noexcept
    {
        if (busy_ != 0 || waiting_.empty()) {
            return false;
        }
        busy_ = 1;
        return true;
    }

    std::mutex mutex_;  // a leaf
    std::vector<std::weak_ptr<Shard>> waiting_;
    std::vector<std::weak_ptr<Shard>> released_;
    std::size_t busy_ = 0;  // who gathers, and who flushes
};

}  // namespace chatroom
