// SPDX-License-Identifier: BSL-1.0
#include "clusters.hpp"

#include <cwchar>

namespace client {
namespace {

constexpr wchar_t joiner = 0x200d;
constexpr std::size_t longest_word = 8;

bool is_flag_letter(wchar_t c)
{
    return c >= 0x1f1e6 && c <= 0x1f1ff;
}

// Scripts of South and South-East Asia, whose letters change one another; some terminals draw a word as one picture.
bool is_conjoining(wchar_t c)
{
    return (c >= 0x900 && c < 0x10a0) || (c >= 0x1700 && c < 0x1800) || (c >= 0x1900 && c < 0x1d00) ||
           (c >= 0xa800 && c < 0xac00) || (c >= 0x11000 && c < 0x12000);
}

bool joins(std::wstring_view before, wchar_t c)
{
    const auto last = before.back();
    if (before.front() < 0x20) {
        return false;  // it is drawn as something else
    }
    return ::wcwidth(c) == 0 || last == joiner || (c >= 0x1f3fb && c <= 0x1f3ff) ||
           (before.size() == 1 && is_flag_letter(last) && is_flag_letter(c)) ||
           (before.size() < longest_word && is_conjoining(last) && is_conjoining(c));
}

}  // namespace

std::vector<std::wstring_view> clusters_of(std::wstring_view text)
{
    std::vector<std::wstring_view> clusters;
    std::size_t begin = 0;
    for (std::size_t i = 1; i <= text.size(); ++i) {
        if (i == text.size() || !joins(text.substr(begin, i - begin), text[i])) {
            clusters.push_back(text.substr(begin, i - begin));
            begin = i;
        }
    }
    return clusters;
}

std::string to_utf8(std::wstring_view text)
{
    std::string out;
    std::mbstate_t state{};
    for (const auto c : text) {
        char bytes[16];
        const auto size = std::wcrtomb(bytes, c, &state);
        if (size != static_cast<std::size_t>(-1)) {
            out.append(bytes, size);
        }
    }
    return out;
}

}  // namespace client
