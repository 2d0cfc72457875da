// SPDX-License-Identifier: BSL-1.0
#include "json_text.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace chatroom::detail {
namespace {

// RFC 8259, section 7. The text of a room is clean UTF-8 already.
constexpr bool is_plain(char c) noexcept
{
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

}  // namespace

void append_json(std::string& out, std::string_view text)
{
    out.push_back('"');
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain < text.size() && is_plain(text[plain])) {
            ++plain;
        }
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (!text.empty()) {
            std::array<char, 8> escaped{};
            std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned char>(text.front()));
            out.append(escaped.data());
            text.remove_prefix(1);
        }
    }
    out.push_back('"');
}

std::string utc_time(std::chrono::system_clock::time_point when)
{
    const auto whole = std::chrono::floor<std::chrono::milliseconds>(when.time_since_epoch()).count();
    const std::time_t seconds = whole / 1000;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text.data() + length, text.size() - length, ".%03dZ", static_cast<int>(whole % 1000));
    return text.data();
}

std::string_view name_in(std::string_view sender) noexcept
{
    return sender.size() > 2 && sender.starts_with('<') && sender.ends_with('>') ? sender.substr(1, sender.size() - 2)
                                                                                 : sender;
}

}  // namespace chatroom::detail
