// SPDX-License-Identifier: BSL-1.0
#include "outbox.hpp"

#include "command_line.hpp"

#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <algorithm>
#include <utility>

namespace client {
namespace {

constexpr std::size_t most_strangers = 1000;  // a server that makes senders up takes no more memory than that

// A command that does not come back, but for one to everybody.
bool is_answered(const std::string& line)
{
    const auto verb = parse_command(line).verb;
    return !verb.empty() && verb != "/me";
}

constexpr auto has_answer = [](const auto& one) { return is_answered(one.text); };

// What the room is told for a line that was said: `//x` says `/x`.
bool says(std::string_view line, std::string_view text)
{
    if (line == text) {
        return true;
    }
    line = chatroom::wire::trimmed(line);
    return line.starts_with("//") && line.substr(1) == text;
}

}  // namespace

bool outbox::add(std::string_view line)
{
    std::string text;
    chatroom::wire::append_clean(text, line);
    if (chatroom::wire::is_blank(text)) {
        return true;
    }
    if (waiting_.size() >= most_waiting || (!waiting_.empty() && bytes_ + text.size() > most_bytes)) {
        return false;
    }
    bytes_ += text.size();
    waiting_.push_back({std::move(text), ++last_id_});
    return true;
}

bool outbox::add_first(std::string_view line)
{
    const auto behind = waiting_.size();
    const bool added = add(line);
    if (added && waiting_.size() > behind) {
        const auto place = std::ranges::find_if_not(waiting_, has_password, &entry::text);
        std::rotate(std::min(place, waiting_.end() - 1), waiting_.end() - 1, waiting_.end());
    }
    return added;
}

std::optional<std::string> outbox::next()
{
    if (waiting_.empty() || full()) {
        return std::nullopt;
    }
    bytes_ -= waiting_.front().text.size();
    said_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    return said_.back().text;
}

void outbox::connected(std::string label)
{
    label_ = std::move(label);
    named_.clear();
    label_holds_ = false;
    strangers_.clear();
}

void outbox::drop_front()
{
    bytes_ -= waiting_.front().text.size();
    waiting_.pop_front();
}

std::size_t outbox::drop_waiting()
{
    bytes_ = 0;
    return std::exchange(waiting_, {}).size();
}

std::deque<outbox::entry>::iterator outbox::find_said(std::string_view id)
{
    return std::find_if(said_.begin(), said_.end(), [id](const auto& one) { return std::to_string(one.id) == id; });
}

bool outbox::accepted(std::string_view id)
{
    const auto found = find_said(id);
    if (found == said_.end()) {
        return false;
    }
    said_.erase(found);
    suspected_ = 0;
    return true;
}

void outbox::refused(std::string_view id)
{
    if (const auto found = find_said(id); found != said_.end()) {
        ++missing_;
        newly_missing_.push_back(std::move(found->text));
        said_.erase(found);
    }
}

bool outbox::heard(const std::string& sender, const std::string& text)
{
    if (sender == chatroom::wire::server_name) {
        return false;
    }
    if (!is_me(sender)) {
        const bool due = !said_.empty() && says(said_.front().text, text);
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
    // In order: what was said before it is not coming any more. A text that the server changed stands for the first.
    auto found = std::find_if(said_.begin(), said_.end(), [&](const auto& one) { return says(one.text, text); });
    if (found == said_.end() && !text.starts_with('/')) {
        found = std::find_if_not(said_.begin(), said_.end(), has_answer);
    }
    if (found == said_.end()) {
        return true;
    }
    for (auto overtaken = found - said_.begin(); overtaken != 0; --overtaken) {
        if (is_answered(said_.front().text)) {
            said_.pop_front();
        } else {
            drop(1);
        }
    }
    said_.pop_front();
    suspected_ = 0;
    return true;
}

bool outbox::answered()
{
    const auto found = std::find_if(said_.begin(), said_.end(), has_answer);
    if (found == said_.end()) {
        return false;
    }
    said_.erase(found);
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
    auto text = std::move(said_.front().text);
    said_.pop_front();
    ++missing_;
    suspected_ = 0;
    return text;
}

std::size_t outbox::take_back()
{
    const auto again = said_.size();
    for (; !said_.empty(); said_.pop_back()) {
        bytes_ += said_.back().text.size();
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
        newly_missing_.push_back(std::move(said_.front().text));
        said_.pop_front();
    }
}

}  // namespace client
