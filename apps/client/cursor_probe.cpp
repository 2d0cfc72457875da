// SPDX-License-Identifier: BSL-1.0
#include "cursor_probe.hpp"

#include <algorithm>
#include <utility>

namespace client {
namespace {

constexpr std::size_t most_known = 4096;
constexpr std::size_t most_asked = 256;  // at once: a terminal keeps their answers until they are read

}  // namespace

std::optional<std::size_t> cursor_probe::width_of(const std::string& text)
{
    if (widths_.size() >= most_known && asked_.empty()) {
        widths_.clear();
        to_ask_.clear();
        row_asked_ = false;
    }
    const auto [found, is_new] = widths_.try_emplace(text);
    if (is_new) {
        to_ask_.push_back(text);
    }
    return found->second;
}

void cursor_probe::ask_row()
{
    if (!std::exchange(row_asked_, true)) {
        to_ask_.emplace_back();
        exact_ = true;
    }
}

void cursor_probe::at_most(std::size_t row)
{
    if (row_) {
        row_ = std::min(*row_, row);
    }
}

void cursor_probe::shifted(std::size_t rows)
{
    row_ = row_.value_or(1) + rows;
}

std::string cursor_probe::questions()
{
    std::string bytes;
    while (!to_ask_.empty() && asked_.size() < most_asked) {
        bytes += to_ask_.front() + "\033[6n\r\033[K";
        asked_.push_back(std::move(to_ask_.front()));
        to_ask_.pop_front();
    }
    // Without wrapping: a text that is wider than the screen must not move the rows.
    return bytes.empty() ? bytes : "\033[?7l" + bytes + "\033[?7h";
}

bool cursor_probe::answer(std::size_t row, std::size_t column)
{
    if (asked_.empty()) {
        return false;
    }
    auto text = std::move(asked_.front());
    asked_.pop_front();
    const bool doubtful = doubtful_ != 0;
    doubtful_ -= doubtful ? 1 : 0;
    if (text.empty()) {
        row_asked_ = false;
        if (!doubtful) {
            row_ = row;
        }
    } else if (doubtful) {
        to_ask_.push_back(std::move(text));
    } else {
        widths_[text] = std::max<std::size_t>(column, 1) - 1;
    }
    return true;
}

void cursor_probe::disturbed()
{
    doubtful_ = asked_.size();
    row_.reset();
}

void cursor_probe::interrupted()
{
    to_ask_.insert(to_ask_.begin(), asked_.begin(), asked_.end());
    asked_.clear();
    disturbed();
}

}  // namespace client
