// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "cursor_probe.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace client {

/// The size of a terminal, in cells.
struct screen_size {
    std::size_t columns = 80;
    std::size_t rows = 24;
};

/// That of standard output.
[[nodiscard]] screen_size size_now();

/// The line that is being edited, as it lies on the screen: the prompt and the text, over as many rows as they take. It
/// makes the bytes that take it away and put it back; what is printed in between stands above it.
///
///     row 0   > a text that is longer th     The terminal wraps it, so that a terminal that reflows when it is
///     row 1   an the terminal is wi|de       resized reflows it too; then the rows are counted in the new width.
///
/// Rows are counted in cells that the terminal itself has told (see cursor_probe). What it has not told, it is sent a
/// question mark for. Motion is relative.
class screen_line {
  public:
    /// Takes the line away and leaves the cursor where it began. Nothing if there is none.
    [[nodiscard]] std::string erase(screen_size size);

    /// Puts the line at the cursor, which is to be at the start of an empty row. Of a line with more rows than the
    /// screen has, those around the cursor. Asks for widths that are not known yet; draw again when they are.
    [[nodiscard]] std::string draw(std::string_view prompt, std::wstring_view text, std::size_t cursor,
                                   screen_size size);

    /// Something was printed where it was erased, so it begins further down.
    void printed_above() noexcept;

    /// The terminal's size has changed, or the screen was cleared.
    void disturbed();

    [[nodiscard]] cursor_probe& probe() noexcept { return probe_; }

  private:
    struct layout;
    [[nodiscard]] layout lay_out(std::wstring_view text, std::size_t cursor, std::size_t columns);
    [[nodiscard]] std::string make_room(std::size_t cells, std::size_t rows, screen_size size);

    cursor_probe probe_;
    std::vector<unsigned char> widths_;  // of what is drawn, in cells
    std::size_t cursor_ = 0;             // how many of them stand before it
    bool drawn_ = false;
    bool may_be_at_top_ = false;  // of the screen, and not only since the program has just started there
};

}  // namespace client
