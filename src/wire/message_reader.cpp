// SPDX-License-Identifier: BSL-1.0
#include "wire/message_reader.hpp"

#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <tuple>
#include <utility>

namespace chatroom::wire {
namespace {

constexpr std::size_t longest_line = 64 * 1024;  // bytes, as they came

}  // namespace

void message_reader::feed(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto newline = bytes.find('\n');
        const auto piece = bytes.substr(0, newline);
        line_.append(piece.substr(0, longest_line - line_.size()));
        if (newline == bytes.npos) {
            return;
        }
        bytes.remove_prefix(newline + 1);
        end_line();
    }
}

void message_reader::finish()
{
    // A sender alone is no message: its text is yet to come.
    if (!line_.empty() && (text_due_ || !is_sender(line_))) {
        end_line();
    }
}

bool message_reader::open() const noexcept
{
    return !line_.empty();
}

bool message_reader::next(std::string& sender, std::string& text)
{
    if (messages_.empty()) {
        return false;
    }
    std::tie(sender, text) = std::move(messages_.front());
    messages_.pop_front();
    return true;
}

void message_reader::end_line()
{
    const auto line = std::exchange(line_, {});
    if (!text_due_ && is_sender(line)) {
        sender_ = line;
        text_due_ = true;
        return;
    }
    text_due_ = false;
    std::string text;
    append_clean(text, line);
    if (!text.empty()) {
        messages_.emplace_back(sender_, std::move(text));
    }
}

}  // namespace chatroom::wire
