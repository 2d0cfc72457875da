// SPDX-License-Identifier: BSL-1.0
#include "arrivals.hpp"

#include <algorithm>
#include <iterator>
#include <new>

namespace server {

void arrivals::add(chatroom::member_id member, std::uint32_t second) noexcept
try {
    const std::scoped_lock lock{mutex_};
    if (!seconds_.empty() && member <= seconds_.back().first) {  // it was overtaken on its way here
        if (seconds_.size() == 1 || member > seconds_[seconds_.size() - 2].first) {
            seconds_.back().first = member;
        }
        return;
    }
    if (!seconds_.empty() && second <= seconds_.back().second) {
        return;
    }
    if (seconds_.size() >= capacity_) {
        thin_out(second);
    }
    seconds_.push_back({member, second});
} catch (const std::bad_alloc&) {
}

std::uint32_t arrivals::second_of(chatroom::member_id member) const noexcept
{
    const std::scoped_lock lock{mutex_};
    const auto next = std::ranges::upper_bound(seconds_, member, {}, &arrival::first);
    if (next == seconds_.begin()) {
        return seconds_.empty() ? 0 : next->second;
    }
    return std::prev(next)->second;
}

// Gives up each second without which a time is still exact to a part of what has passed since.
void arrivals::thin_out(std::uint32_t now) noexcept
{
    const auto part = capacity_ / 16;
    std::size_t kept = 0;
    for (std::size_t i = 1; i < seconds_.size(); ++i) {
        const auto from = seconds_[kept].second;
        const auto to = i + 1 < seconds_.size() ? seconds_[i + 1].second : now;
        if (std::uint64_t{to - from} * part > now - from) {
            seconds_[++kept] = seconds_[i];
        }
    }
    seconds_.resize(kept + 1);
}

}  // namespace server
