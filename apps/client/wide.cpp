// SPDX-License-Identifier: BSL-1.0
#include "wide.hpp"

#include <algorithm>
#include <cwchar>
#include <cwctype>

namespace client {

std::wstring to_wide(std::string_view text)
{
    std::wstring out;
    std::mbstate_t state{};
    while (!text.empty()) {
        wchar_t c = 0;
        const auto size = std::mbrtowc(&c, text.data(), text.size(), &state);
        if (size > text.size()) {
            state = {};
            text.remove_prefix(1);
            continue;
        }
        out.push_back(c);
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return out;
}

std::wstring lower(std::wstring_view text)
{
    std::wstring out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](wchar_t c) { return static_cast<wchar_t>(std::towlower(static_cast<wint_t>(c))); });
    return out;
}

int cells_of(wchar_t c)
{
    const auto width = ::wcwidth(c);
    return width < 0 ? 2 : width;
}

}  // namespace client
