// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace client {

/// Cells that a text takes at the most, however the terminal draws it. Needs a UTF-8 locale.
[[nodiscard]] std::size_t most_cells(std::string_view text);

/// The rows of a text of a terminal `columns` wide, whose first row has `first` cells in front and whose others have
/// `indent`: no row of a text begins where a line of the conversation does. It breaks at spaces, and between characters
/// that are written without them. A word of ASCII that is longer than a row is left to the terminal to break, so that
/// an address of the web can be copied: without a space it can't look like a line of the conversation.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t first, std::size_t indent,
                                            std::size_t columns);

}  // namespace client
