// SPDX-License-Identifier: BSL-1.0
#include "outbox.hpp"

#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <algorithm>
#include <utility>

namespace client {
namespace {

constexpr std::string_view white_space = " \t";  // that a clean text may hold; alone it is no message

constexpr std::size_t most_strangers = 1000;  // a server that makes senders up takes no more memory than that

}  // namespace

bool outbox::add(std::string_view line)
{
    std::string text;
    chatroom::wire::append_clean(text, line);
    if (text.find_first_not_of(white_space) == text.npos) {
        return true;
    }
    if (waiting_.size() >= most_waiting || (!waiting_.empty() && bytes_ + text.size() > most_bytes)) {
        return false;
    }
    bytes_ += text.size();
    waiting_.push_back(std::move(text));
    return true;
}

std::optional<std::string> outbox::next()
{
    if (waiting_.empty() || full()) {
        return std::nullopt;
    }
    bytes_ -= waiting_.front().size();
    said_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    return said_.back();
}

void outbox::connected(std::string label)
{
    label_ = std::move(label);
    label_holds_ = false;
    strangers_.clear();
}

bool outbox::heard(const std::string& sender, const std::string& text)
{
    if (sender == chatroom::wire::server_name) {
        return false;
    }
    if (sender != label_) {
        const bool due = !said_.empty() && said_.front() == text;
        if (label_holds_ || !due || strangers_.contains(sender) || strangers_.size() >= most_strangers) {
            if (!label_holds_ && strangers_.size() < most_strangers) {
                strangers_.insert(sender);
            }
            return false;
        }
        label_ = sender;
    }
    label_holds_ = true;
    strangers_.clear();
    if (said_.empty()) {
        return true;
    }
    // In order: what was said before it is not coming any more. A text that the server changed stands for the first.
    auto found = std::find(said_.begin(), said_.end(), text);
    if (found == said_.end()) {
        found = said_.begin();
    }
    drop(static_cast<std::size_t>(found - said_.begin()));
    said_.pop_front();
    suspected_ = 0;
    return true;
}

void outbox::give_up()
{
    drop(said_.size());
    suspected_ = 0;
}

std::optional<std::string> outbox::suspect()
{
    if (said_.empty() || ++suspected_ < most_suspected) {
        return std::nullopt;
    }
    auto text = std::move(said_.front());
    said_.pop_front();
    ++missing_;
    suspected_ = 0;
    return text;
}

std::size_t outbox::take_back()
{
    const auto again = said_.size();
    for (; !said_.empty(); said_.pop_back()) {
        bytes_ += said_.back().size();
        waiting_.push_front(std::move(said_.back()));
    }
    return again;
}

std::vector<std::string> outbox::take_missing()
{
    return std::exchange(newly_missing_, {});
}

void outbox::drop(std::size_t count)
{
    for (missing_ += count; count != 0; --count) {
        newly_missing_.push_back(std::move(said_.front()));
        said_.pop_front();
    }
}

}  // namespace client
