// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <chrono>
#include <ctime>
#include <optional>
#include <string>

namespace client {

/// Tells when the local day has changed.
class calendar {
  public:
    using time_point = std::chrono::system_clock::time_point;

    explicit calendar(time_point now) : day_{day_of(now)} {}

    /// The new day, `Friday, 2026-11-27`, if it is another than at the last call.
    [[nodiscard]] std::optional<std::string> turn_to(time_point now)
    {
        auto day = day_of(now);
        if (day == day_) {
            return std::nullopt;
        }
        day_ = day;
        return day;
    }

  private:
    [[nodiscard]] static std::string day_of(time_point at)
    {
        const auto seconds = std::chrono::system_clock::to_time_t(at);
        std::tm parts{};
        ::localtime_r(&seconds, &parts);
        std::array<char, 64> text{};
        return {text.data(), std::strftime(text.data(), text.size(), "%A, %Y-%m-%d", &parts)};
    }

    std::string day_;
};

}  // namespace client
