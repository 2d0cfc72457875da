// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace chatroom::detail {

/// Which joins and leaves of named members a room hears of: each, up to 20 a second; of the rest their number, when the
/// second is over. Not thread-safe.
class announcements {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    enum class kind { joined, left };

    static constexpr std::uint32_t most_a_second = 20;

    /// Whether this one is told by itself. Else it is counted, and due() says when the count is to be told.
    bool admit(kind what, time_point now);

    /// When take() has something; nullopt if nothing is counted.
    [[nodiscard]] std::optional<time_point> due() const
    {
        return joined_ + left_ > 0 ? std::optional{begin_ + std::chrono::seconds{1}} : std::nullopt;
    }

    /// The line with the numbers, once it is due; empty if there is none.
    [[nodiscard]] std::string take(time_point now);

  private:
    time_point begin_;  // of the current second
    std::uint32_t told_ = 0;
    std::uint32_t joined_ = 0;
    std::uint32_t left_ = 0;
};

}  // namespace chatroom::detail
