// SPDX-License-Identifier: BSL-1.0
#include "screen_line.hpp"

#include "clusters.hpp"
#include "wide.hpp"

#include <chatroom/wire/text.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cwchar>
#include <cwctype>
#include <numeric>
#include <span>

namespace client {

// Not in the unnamed namespace: a type that the header declares has it.
struct glyph {
    std::string bytes;
    std::size_t width;
};

namespace {

constexpr std::size_t longest_cluster = 32;    // code points
constexpr std::size_t narrowest_columns = 20;  // that a window is made, and its rows kept on the screen

const glyph stand_in{"?", 1};

glyph glyph_of(std::wstring_view cluster, std::size_t columns, cursor_probe& probe)
{
    const auto c = cluster.front();
    if (c == L'\t') {
        return {"    ", 4};
    }
    if (c == L'\n') {
        return {" ", 1};  // between the line and what is searched for
    }
    if (c < 0x20) {
        return {std::string{'^'} + static_cast<char>(c + '@'), 2};
    }
    auto bytes = to_utf8(cluster);
    if (cluster.size() == 1 && c < 0x7f) {
        return {std::move(bytes), 1};
    }
    std::size_t most = 0;
    for (const auto one : cluster) {
        most += ::wcwidth(one) == 0 ? 0U : 2U;
    }
    if (bytes.empty() || !chatroom::wire::is_clean(bytes) || cluster.size() > longest_cluster || most >= columns) {
        return stand_in;
    }
    if (const auto width = probe.width_of(bytes)) {
        return *width < columns ? glyph{std::move(bytes), *width} : stand_in;
    }
    const auto width = ::wcwidth(c);
    if (cluster.size() == 1 && width > 0 && std::iswalpha(static_cast<wint_t>(c)) != 0) {
        return {std::move(bytes), static_cast<std::size_t>(width)};  // letters are hardly ever in dispute
    }
    return stand_in;
}

struct place {
    std::size_t row = 0;
    std::size_t column = 0;
};

// Where the glyph at `index` lies, or the cursor that stands behind them all.
place place_of(std::span<const unsigned char> widths, std::size_t index, std::size_t columns)
{
    place at;
    const auto fit = [&](std::size_t width) {
        if (at.column + width > columns) {
            at = {at.row + 1, 0};
        }
    };
    for (const auto width : widths.first(index)) {
        fit(width);
        at.column += width;
    }
    fit(index < widths.size() ? std::max<std::size_t>(widths[index], 1) : 1);
    return at;
}

std::string move(std::size_t times, char way)
{
    std::string sequence;
    if (times != 0) {
        sequence.append("\033[").append(std::to_string(times)).push_back(way);
    }
    return sequence;
}

}  // namespace

screen_size size_now()
{
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
        return {};
    }
    return {size.ws_col, size.ws_row};
}

// Cells that a row can end between, or pairs of them.
struct screen_line::layout {
    std::vector<glyph> glyphs;
    std::size_t cursor = 0;
};

screen_line::layout screen_line::lay_out(std::wstring_view text, std::size_t cursor, std::size_t columns)
{
    layout out;
    std::size_t column = 0;
    std::size_t index = 0;
    for (const auto cluster : clusters_of(text)) {
        auto [bytes, width] = glyph_of(cluster, columns, probe_);
        if (column + width > columns) {
            for (; width > 2 && column < columns; ++column) {
                out.glyphs.push_back({" ", 1});  // where a terminal that splits the cluster would wrap isn't known
            }
            column = 0;
        }
        if (cursor >= index) {
            out.cursor = out.glyphs.size();
        }
        // Within a cluster, the cursor stands where the terminal puts it after the first part of it.
        if (cursor > index && cursor < index + cluster.size() && bytes != stand_in.bytes) {
            const auto before = probe_.width_of(to_utf8(cluster.substr(0, cursor - index))).value_or(0);
            out.cursor += width > 2 ? std::min(before, width) : (before >= width ? 1 : 0);
        }
        column += width;
        index += cluster.size();
        out.glyphs.push_back({std::move(bytes), width > 2 ? 1 : width});
        out.glyphs.resize(out.glyphs.size() + (width > 2 ? width - 1 : 0), {"", 1});
    }
    if (cursor >= index) {
        out.cursor = out.glyphs.size();
    }
    return out;
}

std::string screen_line::erase(screen_size size)
{
    if (!drawn_) {
        return {};
    }
    drawn_ = false;
    const auto row = place_of(widths_, cursor_, std::max<std::size_t>(size.columns, 4)).row;
    std::string sequence{'\r'};
    // In two parts at the top: what erases from the very first cell on, tmux keeps in its history.
    return sequence.append(move(std::min(row, size.rows - 1), 'A'))
        .append(may_be_at_top_ ? "\033[K\033[C\033[J\r" : "\033[J");
}

void screen_line::printed_above() noexcept
{
    probe_.printed_above();
    may_be_at_top_ = false;
}

void screen_line::disturbed()
{
    probe_.disturbed();
    may_be_at_top_ = true;
}

std::string screen_line::draw(std::string_view prompt, std::wstring_view text, std::size_t cursor, screen_size size)
{
    const auto columns = std::max<std::size_t>(size.columns, 4);
    const auto most_rows = std::max<std::size_t>(size.rows, 2) - 1;
    const auto before = to_wide(prompt);
    auto laid = lay_out(before + std::wstring{text}, before.size() + cursor, columns);
    const auto& glyphs = laid.glyphs;
    widths_.clear();
    for (const auto& one : glyphs) {
        widths_.push_back(static_cast<unsigned char>(one.width));
    }
    cursor_ = laid.cursor;
    const auto cursor_row = place_of(widths_, cursor_, columns).row;
    const auto first_row = cursor_row < most_rows ? 0 : cursor_row - most_rows + 1;

    std::size_t first = 0;
    std::size_t last = 0;
    place at;
    for (; last < glyphs.size(); ++last) {
        const auto width = widths_[last];
        if (at.column + width > columns) {
            at = {at.row + 1, 0};
        }
        if (at.row >= first_row + most_rows) {
            break;
        }
        at.column += width;
        first = at.row < first_row ? last + 1 : first;
    }
    std::string out;
    for (auto i = first; i < last; ++i) {
        out += glyphs[i].bytes;
    }
    widths_ = {widths_.begin() + static_cast<std::ptrdiff_t>(first),
               widths_.begin() + static_cast<std::ptrdiff_t>(last)};
    cursor_ -= first;
    drawn_ = true;

    auto end = place_of(widths_, widths_.size(), columns);
    if (end.column == 0 && end.row > 0) {
        if (last < glyphs.size()) {
            --end.row;  // more would follow, and the rows end here
        } else {
            out += " \r";  // a terminal wraps only when the next character comes
        }
    }
    const auto cursor_at = place_of(widths_, cursor_, columns);
    const auto cells = std::accumulate(widths_.begin(), widths_.end(), std::size_t{1});
    const auto room = make_room(cells, end.row + 1, size);
    return room + probe_.questions() + out + move(end.row - cursor_at.row, 'A') + '\r' + move(cursor_at.column, 'C');
}

// A window that is made narrower makes more rows of the line, and a terminal that reflows keeps the cursor's row where
// it is: near the top, the first ones go to where no program can erase them, above the screen. So a long line stands at
// least as far down as it will need; what is above it is moved down with it, into rows that are empty.
std::string screen_line::make_room(std::size_t cells, std::size_t rows, screen_size size)
{
    const auto wanted = std::min((cells + narrowest_columns - 1) / narrowest_columns, size.rows);
    probe_.at_most(std::max(size.rows, rows) - rows + 1);
    const auto end = probe_.row().value_or(1) + rows - 1;
    if (end >= wanted) {
        return {};
    }
    if (!probe_.row_is_exact()) {
        probe_.ask_row();
        return {};
    }
    const auto by = wanted - end;
    probe_.shifted(by);
    return "\0337\033[H" + move(by, 'L') + "\0338" + move(by, 'B');
}

}  // namespace client
