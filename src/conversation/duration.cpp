// SPDX-License-Identifier: BSL-1.0
#include "duration.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace chatroom::detail {
namespace {

constexpr std::pair<char, std::int64_t> units[] = {{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}};
constexpr std::int64_t longest_duration = 3'650 * 86'400LL;

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text)
{
    std::int64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto [rest, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc{} || end - rest != 1 || number <= 0) {
        return std::nullopt;
    }
    for (const auto& [unit, seconds] : units) {
        if (*rest == unit && number <= longest_duration / seconds) {
            return std::chrono::seconds{number * seconds};
        }
    }
    return std::nullopt;
}

bool looks_like_duration(std::string_view text) noexcept
{
    const auto digits = text.find_first_not_of("0123456789");
    return digits != 0 && digits + 1 == text.size() &&
           std::ranges::any_of(units, [&](const auto& one) { return one.first == text.back(); });
}

std::string to_string(std::chrono::seconds duration)
{
    for (const auto& [unit, seconds] : units) {
        if (duration.count() % seconds == 0) {
            return std::to_string(duration.count() / seconds) + unit;
        }
    }
    return {};
}

}  // namespace chatroom::detail
