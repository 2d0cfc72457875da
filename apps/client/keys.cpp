// SPDX-License-Identifier: BSL-1.0
#include "keys.hpp"

#include <utility>

namespace client {
namespace {

constexpr std::string_view paste_begins = "\033[200~";
constexpr std::string_view paste_ends = "\033[201~";
constexpr wchar_t replacement = 0xfffd;

}  // namespace

void keys::feed(std::string_view bytes)
{
    for (const char byte : bytes) {
        take(byte);
    }
    // An escape alone may be a key; what follows one comes with it, or was cut off by the end of the read.
    if (!pasting_ && mark_.size() == 1) {
        decode(std::exchange(mark_, {}).front());
    }
}

std::optional<wchar_t> keys::next()
{
    if (keys_.empty()) {
        return std::nullopt;
    }
    const auto key = keys_.front();
    keys_.pop_front();
    return key;
}

void keys::take(char byte)
{
    const auto awaited = pasting_ ? paste_ends : paste_begins;
    mark_.push_back(byte);
    if (mark_ == awaited) {
        mark_.clear();
        pasting_ = !pasting_;
        after_return_ = false;
        return;
    }
    if (awaited.starts_with(mark_)) {
        return;
    }
    const auto unmarked = std::exchange(mark_, {});
    if (unmarked.size() > 1 && byte == awaited.front()) {  // the byte that broke this mark may begin the next
        for (const char c : std::string_view{unmarked}.substr(0, unmarked.size() - 1)) {
            decode(c);
        }
        mark_ = byte;
        return;
    }
    for (const char c : unmarked) {
        decode(c);
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
    keys_.push_back(key);
}

}  // namespace client
