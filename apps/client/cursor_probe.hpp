// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace client {

/// What only the terminal knows: how many cells it takes for a text that is not ASCII, and in which row the line
/// stands.
///
/// Terminals differ, by age and by setting: joined emoji, flags, skin tones, variation selectors and Indic conjuncts
/// are one picture or several, and single characters are narrow or wide. If rows were counted by a table of our own, a
/// redraw would erase a row of the conversation, or leave one of the line. So the terminal is asked, once for each
/// text: it prints the text, reports where its cursor is (DSR 6, which terminals have had since the VT100), and erases
/// it. What is not answered yet is not drawn.
class cursor_probe {
  public:
    /// The cells that `text` takes, or nothing until the terminal has told.
    std::optional<std::size_t> width_of(const std::string& text);

    /// A row, from 1, where the line stands or above it, if that is known.
    [[nodiscard]] std::optional<std::size_t> row() const noexcept { return row_; }
    [[nodiscard]] bool row_is_exact() const noexcept { return row_.has_value() && exact_; }
    void ask_row();
    void at_most(std::size_t row);                     ///< The screen moved up, if it was further down.
    void shifted(std::size_t rows);                    ///< The line was moved down.
    void printed_above() noexcept { exact_ = false; }  ///< So the line moved down, or the screen up.

    /// What asks, to be printed at the start of an empty row, where the line begins; it leaves the row so.
    [[nodiscard]] std::string questions();

    /// The terminal's report, from 1. Returns false if nothing was asked.
    bool answer(std::size_t row, std::size_t column);
    [[nodiscard]] bool awaits() const noexcept { return !asked_.empty(); }

    /// The terminal's size has changed, or the screen was cleared: answers on their way may be wrong.
    void disturbed();

    /// Answers on their way are lost, since another program has had the terminal.
    void interrupted();

  private:
    std::map<std::string, std::optional<std::size_t>> widths_;
    std::deque<std::string> to_ask_;  // an empty text asks for the row
    std::deque<std::string> asked_;   // in the order of the answers
    std::size_t doubtful_ = 0;        // of these, the first
    std::optional<std::size_t> row_;
    bool exact_ = false;
    bool row_asked_ = false;
};

}  // namespace client
