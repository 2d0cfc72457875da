// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace client {

/// Splits a text where every terminal does. A terminal may split a piece further, or not at all.
[[nodiscard]] std::vector<std::wstring_view> clusters_of(std::wstring_view text);

/// In UTF-8; empty if it can't be.
[[nodiscard]] std::string to_utf8(std::wstring_view text);

}  // namespace client
