// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace client {

/// Where `name` stands in `text` as a word of its own, in bytes: begin and length. Case does not count. Between
/// characters that are written without spaces, as the Chinese and Thai ones, each place is the end of a word. `-` and
/// `_` are part of one. Needs a UTF-8 locale.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> mentions_of(std::string_view name,
                                                                           std::string_view text);

}  // namespace client
