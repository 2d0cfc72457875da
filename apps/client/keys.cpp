// SPDX-License-Identifier: BSL-1.0
#include "keys.hpp"

#include <cstdio>
#include <utility>

namespace client {
namespace {

constexpr char escape = '\033';
constexpr std::size_t longest_sequence = 64;  // bytes; no key sends as many
constexpr wchar_t replacement = 0xfffd;

enum class progress : unsigned char { incomplete, complete, broken };

// How far an escape sequence has come with its last byte (ECMA-48: parameters and intermediates, then a final byte).
progress progress_of(std::string_view sequence)
{
    const auto begin = sequence.find_first_not_of(escape);
    if (begin == std::string_view::npos) {
        return sequence.size() <= 2 ? progress::incomplete : progress::broken;
    }
    const auto rest = sequence.substr(begin);
    if (rest[0] != '[' && rest[0] != 'O') {
        return progress::complete;  // a meta key
    }
    const char last = rest.back();
    if (last < 0x20 || last >= 0x7f) {  // char may be signed: a byte of UTF-8 is broken either way
        return progress::broken;
    }
    if (rest.size() == 1 || (rest == "[[")) {  // the Linux console's F1 to F5 are ESC [ [ A to E
        return progress::incomplete;
    }
    const bool rxvt = last == '$' && rest[0] == '[' && rest[1] != '?';  // ends its keys with shift
    return last >= 0x40 || rxvt ? progress::complete : progress::incomplete;
}

}  // namespace

keys::keys(std::function<bool(const std::string&)> bound, std::function<bool(std::size_t, std::size_t)> position,
           std::function<void(bool)> focus)
    : bound_{std::move(bound)},
      position_{std::move(position)},
      focus_{std::move(focus)}
{
}

bool keys::feed(std::string_view bytes)
{
    const auto before = keys_.size();
    for (const char byte : bytes) {
        take(byte);
    }
    return keys_.size() != before;
}

std::optional<wchar_t> keys::next()
{
    if (keys_.empty()) {
        return std::nullopt;
    }
    const auto [key, pasted] = keys_.front();
    keys_.pop_front();
    was_pasted_ = pasted;
    return key;
}

void keys::time_out()
{
    const auto rest = std::exchange(sequence_, {});
    if (pasting_ || rest.find_first_not_of(escape) == std::string::npos) {
        for (const char c : rest) {
            decode(c);
        }
    }
    pasting_ = false;
}

bool keys::clear()
{
    const bool any = !keys_.empty() || incomplete();
    keys_.clear();
    sequence_.clear();
    pasting_ = false;
    return any;
}

void keys::take(char byte)
{
    if (sequence_.empty() && byte != escape) {
        return decode(byte);
    }
    sequence_.push_back(byte);
    switch (progress_of(sequence_)) {
    case progress::incomplete:
        if (sequence_.size() == longest_sequence) {
            sequence_.pop_back();  // the rest is swallowed too, but not kept
        }
        return;
    case progress::complete: return take_sequence();
    case progress::broken:
        sequence_.pop_back();
        if (pasting_) {
            for (const char c : std::exchange(sequence_, {})) {
                decode(c);
            }
        }
        sequence_.clear();
        take(byte);  // it is no part of the sequence that it cut off
    }
}

void keys::take_sequence()
{
    const auto sequence = std::exchange(sequence_, {});
    std::size_t row = 0;
    std::size_t column = 0;
    char final = 0;
    if (std::sscanf(sequence.c_str(), "\033[%4zu;%4zu%c", &row, &column, &final) == 3 && final == 'R' &&
        position_(row, column)) {
        return;
    }
    if (sequence.ends_with("\033[200~") || sequence.ends_with("\033[201~")) {
        pasting_ = sequence.ends_with("\033[200~");
        after_return_ = false;
        return;
    }
    if (!pasting_ && focus_ && (sequence == "\033[I" || sequence == "\033[O")) {
        return focus_(sequence.back() == 'I');
    }
    const auto begin = sequence.find_first_not_of(escape);
    const bool meta = sequence[begin] != '[' && sequence[begin] != 'O';
    if (pasting_ || meta || bound_(sequence)) {
        for (const char c : sequence) {
            decode(c);
        }
    }
}

void keys::decode(char byte)
{
    wchar_t key = 0;
    switch (std::mbrtowc(&key, &byte, 1, &state_)) {
    case static_cast<std::size_t>(-2): return;  // more is to come
    case static_cast<std::size_t>(-1):
        state_ = {};
        put(replacement);
        if (static_cast<unsigned char>(byte) < 0x80) {
            decode(byte);  // it is no part of the sequence that it cut off
        }
        return;
    default: put(key);
    }
}

void keys::put(wchar_t key)
{
    if (pasting_) {
        const bool second = key == L'\n' && std::exchange(after_return_, false);
        after_return_ = key == L'\r';
        if (second) {
            return;
        }
        key = key == L'\r' ? L'\n' : key;
        if ((key < 0x20 && key != L'\n' && key != L'\t') || (key >= 0x7f && key < 0xa0)) {
            return;
        }
    }
    keys_.push_back({key, pasting_});
}

}  // namespace client
