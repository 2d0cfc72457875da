// SPDX-License-Identifier: BSL-1.0
#include "quantity.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace server {

const quantity whole_number{"a whole number", "N", {{"", 1}}, 1'000'000'000};
const quantity size{
    "a size (4096, 64K, 4M)", "SIZE", {{"M", 1024 * 1024}, {"K", 1024}, {"", 1}}, std::uint64_t{1} << 40};
const quantity time{"a time (100ms, 10s, 2min, 1h)",
                    "TIME",
                    {{"h", 3'600'000}, {"min", 60'000}, {"s", 1000}, {"ms", 1}, {"", 1000}},
                    std::uint64_t{365} * 24 * 3'600'000};

std::string rule(const quantity& kind, const range& allowed)
{
    const auto min = format(kind, allowed.min);
    const auto max = format(kind, std::min(allowed.max, kind.most));
    return std::string{kind.name} + (allowed.max < kind.most ? " from " + min + " to " + max : ", " + min + " or more");
}

std::uint64_t parse(const quantity& kind, const range& allowed, std::string_view text)
{
    std::uint64_t number = 0;
    const auto* const begin = text.data();
    const auto* const end = begin + text.size();
    const auto [rest, ec] = std::from_chars(begin, end, number);
    const std::string_view unit{rest, static_cast<std::size_t>(end - rest)};
    const auto most = std::min(allowed.max, kind.most);
    const auto known =
        std::find_if(kind.units.begin(), kind.units.end(), [&](const auto& u) { return u.name == unit; });
    if (ec == std::errc::invalid_argument || known == kind.units.end()) {
        throw std::invalid_argument(rule(kind, allowed));
    }
    if (ec != std::errc{} || number > most / known->factor) {
        throw std::invalid_argument(rule(kind, {allowed.min, most}) +
                                    (allowed.max < kind.most ? "" : ", at most " + format(kind, most)));
    }
    if (number * known->factor < allowed.min) {
        throw std::invalid_argument(rule(kind, allowed));
    }
    return number * known->factor;
}

std::string format(const quantity& kind, std::uint64_t value)
{
    for (const auto& [name, factor] : kind.units) {
        if (value != 0 && value % factor == 0) {
            return std::to_string(value / factor).append(name);
        }
    }
    return "0";
}

}  // namespace server
