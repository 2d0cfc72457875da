// SPDX-License-Identifier: BSL-1.0
#include "screen_line.hpp"

#include <chatroom/wire/text.hpp>

#include <algorithm>
#include <cwchar>
#include <span>

namespace client {
namespace {

struct glyph {
    std::string bytes;
    unsigned char width;
};

std::string to_utf8(wchar_t c)
{
    std::string bytes(16, '\0');
    std::mbstate_t state{};
    const auto size = std::wcrtomb(bytes.data(), c, &state);
    bytes.resize(size == static_cast<std::size_t>(-1) ? 0 : size);
    return bytes;
}

glyph glyph_of(wchar_t c)
{
    if (c == L'\t') {
        return {"    ", 4};
    }
    if (c == L'\n') {
        return {" ", 1};  // between the line and what is searched for
    }
    if (c < 0x20) {
        return {std::string{'^'} + static_cast<char>(c + '@'), 2};
    }
    auto bytes = to_utf8(c);
    const auto width = ::wcwidth(c);
    if (bytes.empty() || width < 0 || !chatroom::wire::is_clean(bytes)) {
        return {"\xef\xbf\xbd", 1};
    }
    return {std::move(bytes), static_cast<unsigned char>(width)};
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

std::string screen_line::erase(screen_size size)
{
    if (!drawn_) {
        return {};
    }
    drawn_ = false;
    const auto row = place_of(widths_, cursor_, std::max<std::size_t>(size.columns, 4)).row;
    std::string sequence{'\r'};
    return sequence.append(move(std::min(row, size.rows - 1), 'A')).append("\033[J");
}

std::string screen_line::draw(std::string_view prompt, std::wstring_view text, std::size_t cursor, screen_size size)
{
    const auto columns = std::max<std::size_t>(size.columns, 4);
    const auto most_rows = std::max<std::size_t>(size.rows, 2) - 1;
    std::vector<glyph> glyphs;
    for (const char c : prompt) {
        glyphs.push_back({std::string{c}, 1});
    }
    for (const auto c : text) {
        glyphs.push_back(glyph_of(c));
    }
    widths_.clear();
    for (const auto& one : glyphs) {
        widths_.push_back(one.width);
    }
    cursor_ = std::min(prompt.size() + cursor, glyphs.size());
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
    return out + move(end.row - cursor_at.row, 'A') + '\r' + move(cursor_at.column, 'C');
}

}  // namespace client
