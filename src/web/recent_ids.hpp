// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace chatroom::detail {

/// What was published lately under an id of its publisher's: a client that does not know whether its message arrived
/// sends it again under the same id, perhaps over another connection. Any thread.
class recent_ids {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::minutes kept_for{2};
    static constexpr std::size_t most = 100'000;

    /// Whether it was not there yet. Throws std::bad_alloc.
    bool add(std::string_view publisher, std::string_view id, time_point now)
    {
        std::string both;
        both.append(publisher).append(1, '\n').append(id);
        const std::scoped_lock lock{mutex_};
        while (!order_.empty() && (order_.front().first + kept_for <= now || order_.size() >= most)) {
            ids_.erase(order_.front().second);
            order_.pop_front();
        }
        if (!ids_.insert(both).second) {
            return false;
        }
        order_.emplace_back(now, std::move(both));
        return true;
    }

    /// It was not published after all.
    void remove(std::string_view publisher, std::string_view id)
    {
        std::string both;
        both.append(publisher).append(1, '\n').append(id);
        const std::scoped_lock lock{mutex_};
        ids_.erase(both);
        std::erase_if(order_, [&](const auto& one) { return one.second == both; });
    }

  private:
    std::mutex mutex_;  // a leaf
    std::unordered_set<std::string> ids_;
    std::deque<std::pair<time_point, std::string>> order_;
};

}  // namespace chatroom::detail
