// SPDX-License-Identifier: BSL-1.0
#include <chatroom/wire/text.hpp>

#include <utf8.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace chatroom::wire {
namespace {

bool allowed(std::uint32_t c) noexcept
{
    return (c >= 0x20 || c == '\t') && (c < 0x7f || c > 0x9f) && c != 0x061c && !(c >= 0x202a && c <= 0x202e) &&
           !(c >= 0x2066 && c <= 0x2069) && c != 0x2028 && c != 0x2029;
}

// The bytes at the front that are printable ASCII, in steps of eight: most messages are nothing else.
std::size_t plain_prefix(std::string_view text) noexcept
{
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t tops = 0x8080808080808080;
    std::size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
        std::uint64_t w;
        std::memcpy(&w, text.data() + i, 8);
        const auto below_space = (w - ones * 0x20) & ~w;  // its top bits: a byte under 0x20 (or a borrow from one)
        const auto is_del = ((w ^ ones * 0x7f) - ones) & ~(w ^ ones * 0x7f);
        if (((w | below_space | is_del) & tops) != 0) {
            break;
        }
    }
    while (i < text.size() && text[i] >= 0x20 && text[i] < 0x7f) {
        ++i;
    }
    return i;
}

constexpr std::string_view replacement_character = "\xef\xbf\xbd";  // U+FFFD

// The bytes of the sequence that `lead` announces; 1 for one that announces none.
std::size_t announced(char lead) noexcept
{
    const auto c = static_cast<unsigned char>(lead);
    return c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
}

bool continues(char byte) noexcept
{
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

// What one replacement character stands for: a lead and what continues it, never more than the lead announces. So a
// text that arrives in parts, cut where complete_prefix says, is cleaned to the same as a whole one.
std::size_t broken_sequence(std::string_view text) noexcept
{
    const auto most = std::min(text.size(), announced(text.front()));
    std::size_t size = 1;
    while (size < most && continues(text[size])) {
        ++size;
    }
    return size;
}

// `more`: the text goes on behind `valid`.
void filter_into(std::string& out, std::string_view valid, bool more)
{
    auto it = valid.begin();
    while (it != valid.end()) {
        const auto start = it;
        const auto c = utf8::unchecked::next(it);
        if (allowed(c)) {
            out.append(start, it);
        } else if (c == '\r' && !out.empty() && (it == valid.end() ? more : *it != '\r')) {
            out.push_back(' ');
        }
    }
}

// White_Space of the Unicode Character Database; of the controls, those that end no line of the wire in UTF-8.
constexpr std::string_view white_spaces[] = {
    " ",
    "\t",
    "\r",
    "\n",
    "\v",
    "\f",
    "\xc2\xa0",
    "\xe1\x9a\x80",
    "\xe2\x80\x80",
    "\xe2\x80\x81",
    "\xe2\x80\x82",
    "\xe2\x80\x83",
    "\xe2\x80\x84",
    "\xe2\x80\x85",
    "\xe2\x80\x86",
    "\xe2\x80\x87",
    "\xe2\x80\x88",
    "\xe2\x80\x89",
    "\xe2\x80\x8a",
    "\xe2\x80\xaf",
    "\xe2\x81\x9f",
    "\xe3\x80\x80",
};

// Most texts have printable ASCII at both ends.
constexpr bool is_plain(char c) noexcept
{
    return c > 0x20 && c < 0x7f;
}

std::size_t white_space_in_front(std::string_view text) noexcept
{
    if (text.empty() || is_plain(text.front())) {
        return 0;
    }
    const auto* const found = std::ranges::find_if(white_spaces, [=](auto one) { return text.starts_with(one); });
    return found == std::end(white_spaces) ? 0 : found->size();
}

std::size_t white_space_at_end(std::string_view text) noexcept
{
    if (text.empty() || is_plain(text.back())) {
        return 0;
    }
    const auto* const found = std::ranges::find_if(white_spaces, [=](auto one) { return text.ends_with(one); });
    return found == std::end(white_spaces) ? 0 : found->size();
}

}  // namespace

bool is_clean(std::string_view text) noexcept
{
    text.remove_prefix(plain_prefix(text));
    if (text.empty()) {
        return true;
    }
    if (utf8::find_invalid(text.begin(), text.end()) != text.end()) {
        return false;
    }
    auto it = text.begin();
    while (it != text.end()) {
        if (!allowed(utf8::unchecked::next(it))) {
            return false;
        }
    }
    return true;
}

void append_clean(std::string& out, std::string_view text)
{
    const auto plain = plain_prefix(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) {
        return;
    }
    for (;;) {
        const auto valid = static_cast<std::size_t>(utf8::find_invalid(text.begin(), text.end()) - text.begin());
        filter_into(out, text.substr(0, valid), valid < text.size());
        text.remove_prefix(valid);
        if (text.empty()) {
            return;
        }
        out.append(replacement_character);
        text.remove_prefix(broken_sequence(text));
    }
}

bool is_blank(std::string_view text) noexcept
{
    return trimmed(text).empty();
}

std::string_view trimmed(std::string_view text) noexcept
{
    while (const auto size = white_space_in_front(text)) {
        text.remove_prefix(size);
    }
    while (const auto size = white_space_at_end(text)) {
        text.remove_suffix(size);
    }
    return text;
}

std::string_view first_word(std::string_view text) noexcept
{
    std::size_t size = 0;
    while (size < text.size() && white_space_in_front(text.substr(size)) == 0) {
        ++size;
    }
    return text.substr(0, size);
}

std::size_t complete_prefix(std::string_view text) noexcept
{
    auto size = text.size();
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
        const auto byte = text[text.size() - back];
        if (!continues(byte)) {
            size -= announced(byte) > back ? back : 0;
            break;
        }
    }
    return size > 0 && text[size - 1] == '\r' ? size - 1 : size;
}

std::size_t prefix_within(std::string_view text, std::size_t limit) noexcept
{
    if (text.size() <= limit) {
        return text.size();
    }
    while (limit > 0 && continues(text[limit])) {
        --limit;
    }
    return limit;
}

}  // namespace chatroom::wire
