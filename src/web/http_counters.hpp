// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/web.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace chatroom::detail {

/// Counts HTTP answers by their status. Any thread.
class http_counters {
  public:
    /// One whose status is none of those that the server gives counts as 500.
    void add(unsigned status) noexcept
    {
        const auto found = std::ranges::find(statuses, status);
        const auto which =
            found == statuses.end() ? statuses.size() - 1 : static_cast<std::size_t>(found - statuses.begin());
        counts_[which].fetch_add(1, std::memory_order_relaxed);
    }

    /// Those of which there was one at least.
    [[nodiscard]] std::vector<http_answers> counts() const
    {
        std::vector<http_answers> found;
        for (std::size_t i = 0; i < statuses.size(); ++i) {
            if (const auto count = counts_[i].load(std::memory_order_relaxed); count != 0) {
                found.push_back({statuses[i], count});
            }
        }
        return found;
    }

  private:
    static constexpr std::array<unsigned, 15> statuses{101, 200, 400, 403, 404, 405, 408, 413,
                                                       414, 421, 426, 431, 503, 505, 500};
    std::array<std::atomic<std::uint64_t>, statuses.size()> counts_{};
};

}  // namespace chatroom::detail
