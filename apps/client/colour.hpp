// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace client {

enum class colour_choice : unsigned char { automatic, always, never };

/// Whether to colour. `no_color` and `term` are the variables NO_COLOR and TERM, empty if not set
/// (https://no-color.org: an empty NO_COLOR says nothing).
[[nodiscard]] bool wants_colour(colour_choice choice, bool terminal, std::string_view no_color,
                                std::string_view term) noexcept;

/// The escape sequence that begins the colour of `sender`: the same in every run, legible on dark and on light.
[[nodiscard]] std::string_view colour_of(std::string_view sender) noexcept;

inline constexpr std::string_view own_colour = "\033[1m";
inline constexpr std::string_view strong = "\033[1;7m";
inline constexpr std::string_view faint = "\033[2m";
inline constexpr std::string_view no_colour = "\033[0m";

}  // namespace client
