// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>

namespace client {

/// UTF-8 as characters; what is not UTF-8 is left out. Needs a UTF-8 locale.
[[nodiscard]] std::wstring to_wide(std::string_view text);

/// In lower case, character by character.
[[nodiscard]] std::wstring lower(std::wstring_view text);

/// Cells of a terminal that a character takes, 2 for one that may take as many; 0 for a mark.
[[nodiscard]] int cells_of(wchar_t c);

}  // namespace client
