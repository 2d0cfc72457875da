// SPDX-License-Identifier: BSL-1.0
#include "mention.hpp"

#include "clusters.hpp"
#include "wide.hpp"

#include <cwctype>
#include <string>

namespace client {
namespace {

// Of a script that puts no spaces between words: the wide ones; Thai, Lao, Tibetan, Burmese, Khmer.
bool stands_alone(wchar_t c)
{
    return cells_of(c) == 2 || (c >= 0xe00 && c < 0x10a0) || (c >= 0x1780 && c < 0x1800);
}

// Some names end in what is written between others.
bool is_in_words(wchar_t c)
{
    return c == L'_' || c == L'-' || cells_of(c) == 0 || std::iswalnum(static_cast<wint_t>(c)) != 0;
}

bool are_one_word(wchar_t a, wchar_t b)
{
    return cells_of(b) == 0 || (is_in_words(a) && is_in_words(b) && !stands_alone(a) && !stands_alone(b));
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> mentions_of(std::string_view name, std::string_view text)
{
    std::vector<std::pair<std::size_t, std::size_t>> found;
    const auto what = lower(to_wide(name));
    if (what.empty()) {
        return found;
    }
    const auto as_written = to_wide(text);
    const auto in = lower(as_written);
    const auto bytes = [&](std::size_t from, std::size_t count) {
        return to_utf8(std::wstring_view{as_written}.substr(from, count)).size();
    };
    for (auto at = in.find(what); at != in.npos; at = in.find(what, at + what.size())) {
        const auto end = at + what.size();
        const bool begins = at == 0 || !are_one_word(in[at - 1], what.front());
        const bool ends = end == in.size() || !are_one_word(what.back(), in[end]);
        if (begins && ends) {
            found.emplace_back(bytes(0, at), bytes(at, what.size()));
        }
    }
    return found;
}

}  // namespace client
