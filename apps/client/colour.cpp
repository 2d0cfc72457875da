// SPDX-License-Identifier: BSL-1.0
#include "colour.hpp"

#include <array>
#include <cstdint>

namespace client {

bool wants_colour(colour_choice choice, bool terminal, std::string_view no_color, std::string_view term) noexcept
{
    if (choice != colour_choice::automatic) {
        return choice == colour_choice::always;
    }
    return terminal && no_color.empty() && !term.empty() && term != "dumb";
}

std::string_view colour_of(std::string_view sender) noexcept
{
    // Of middling brightness, and far apart.
    static constexpr std::array<std::string_view, 14> palette{
        "\033[38;5;33m", "\033[38;5;166m", "\033[38;5;35m",  "\033[38;5;170m", "\033[38;5;136m",
        "\033[38;5;37m", "\033[38;5;161m", "\033[38;5;99m",  "\033[38;5;70m",  "\033[38;5;173m",
        "\033[38;5;68m", "\033[38;5;132m", "\033[38;5;101m", "\033[38;5;203m",
    };
    std::uint32_t hash = 2166136261;  // FNV-1a: std::hash may differ from build to build
    for (const char c : sender) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
    }
    return palette[(hash ^ hash >> 16) % palette.size()];
}

}  // namespace client
