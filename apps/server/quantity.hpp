// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace server {

/// A kind of number: how people write it, and its largest value.
struct quantity {
    struct unit {
        std::string_view name;
        std::uint64_t factor;
    };
    std::string_view name;         ///< For an error: "a whole number".
    std::string_view placeholder;  ///< For --help: "N".
    std::vector<unit> units;       ///< The largest first; one without a name is a number alone.
    std::uint64_t most;
};

/// The values that an option accepts.
struct range {
    std::uint64_t min = 0;
    std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
};

extern const quantity whole_number;
extern const quantity size;  ///< In bytes.
extern const quantity time;  ///< In milliseconds.

/// "a whole number, 0 or more", "a whole number from 0 to 1024".
[[nodiscard]] std::string rule(const quantity& kind, const range& allowed);

/// Throws std::invalid_argument with the rule.
[[nodiscard]] std::uint64_t parse(const quantity& kind, const range& allowed, std::string_view text);

/// As parse() reads it, in the largest unit that fits.
[[nodiscard]] std::string format(const quantity& kind, std::uint64_t value);

}  // namespace server
