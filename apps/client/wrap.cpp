// SPDX-License-Identifier: BSL-1.0
#include "wrap.hpp"

#include "clusters.hpp"
#include "wide.hpp"

#include <algorithm>

namespace client {
namespace {

constexpr std::size_t tab = 8;  // cells, at the most

std::size_t cells(std::wstring_view text)
{
    std::size_t sum = 0;
    for (const auto c : text) {
        sum += c == L'\t' ? tab : static_cast<std::size_t>(cells_of(c));
    }
    return sum;
}

// No row begins with these: . , ; : ! ? ) and their wide forms.
bool clings(wchar_t c)
{
    return std::wstring_view{L"、。，．：；？！）」』】》〉”’"}.find(c) != std::wstring_view::npos;
}

// Pieces that are not broken: a word and the spaces behind it, or a wide character.
std::vector<std::wstring_view> pieces_of(std::wstring_view text)
{
    std::vector<std::wstring_view> pieces;
    std::size_t begin = 0;
    std::size_t end = 0;
    bool after_wide = false;
    for (const auto cluster : clusters_of(text)) {
        const bool space = cluster == L" " || cluster == L"\t";
        const bool wide = cells(cluster) >= 2 && !space;
        const bool after_space = end > begin && (text[end - 1] == L' ' || text[end - 1] == L'\t');
        if (end > begin && !space && !clings(cluster.front()) && (wide || after_wide || after_space)) {
            pieces.push_back(text.substr(begin, end - begin));
            begin = end;
        }
        end += cluster.size();
        after_wide = wide || (after_wide && clings(cluster.front()));
    }
    if (end > begin) {
        pieces.push_back(text.substr(begin));
    }
    return pieces;
}

std::wstring_view without_end_spaces(std::wstring_view text)
{
    return text.substr(0, text.find_last_not_of(L" \t") + 1);
}

bool is_ascii(std::wstring_view text)
{
    return std::all_of(text.begin(), text.end(), [](wchar_t c) { return c < 0x7f; });
}

}  // namespace

std::size_t most_cells(std::string_view text)
{
    return cells(to_wide(text));
}

std::vector<std::string> wrap(std::string_view text, std::size_t first, std::size_t indent, std::size_t columns)
{
    const auto whole = to_wide(text);
    std::vector<std::wstring> rows(1);
    std::size_t used = first;
    const auto next_row = [&] {
        rows.back().resize(without_end_spaces(rows.back()).size());
        rows.emplace_back();
        used = indent;
    };
    for (const auto piece : pieces_of(whole)) {
        const auto word = without_end_spaces(piece);
        if (used + cells(word) > columns && !rows.back().empty()) {
            next_row();
        }
        if (used + cells(word) > columns && !is_ascii(word)) {
            for (const auto cluster : clusters_of(piece)) {
                if (used + cells(cluster) > columns && !rows.back().empty()) {
                    next_row();
                }
                rows.back() += cluster;
                used += cells(cluster);
            }
            continue;
        }
        rows.back() += piece;
        used += cells(piece);
    }
    std::vector<std::string> out;
    out.reserve(rows.size());
    for (const auto& row : rows) {
        out.push_back(to_utf8(row));
    }
    return out;
}

}  // namespace client
