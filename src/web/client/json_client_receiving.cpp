// SPDX-License-Identifier: BSL-1.0
// What a json_client makes of the server's answers and pushes.
#include "client_answer.hpp"
#include "json_client.hpp"
#include "request.hpp"

#include <chatroom/wire/sender.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace chatroom::detail {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr std::size_t most_levels = 16;  // of an answer
constexpr std::size_t most_own = 64;
constexpr std::size_t most_caught_up = 10'000;  // messages
constexpr std::string_view lobby = "lobby";

constexpr std::int64_t first_to_subscribe_again = 2500;

bool has(const json::object& in, std::string_view name)
{
    return in.if_contains(view(name)) != nullptr;
}

std::uint64_t offset_in(const json::object& in)
{
    return static_cast<std::uint64_t>(std::max<std::int64_t>(number_in(in, "offset").value_or(0), 0));
}

received_message to_gap(std::string text)
{
    auto gap = to_notice(text);
    gap.kind = received_kind::gap;
    return gap;
}

}  // namespace

void json_client::received(std::string_view message, time_point now, inbox& to)
{
    heard_ = now;
    while (!message.empty() && !failure_) {
        const auto line = message.substr(0, message.find('\n'));
        message.remove_prefix(std::min(message.size(), line.size() + 1));
        if (line.find_first_not_of(" \t\r") != line.npos) {
            received_line(line, now, to);
        }
    }
    if (!failure_) {
        send_next(to);
    }
}

void json_client::received_line(std::string_view line, time_point now, inbox& to)
{
    json::error_code ec;
    const auto value = json::parse(view(line), ec, {}, {.max_depth = most_levels});
    if (ec || !value.is_object()) {
        failure_ = websocket_error::wrong_answer;
        return;
    }
    const auto& whole = value.get_object();
    if (has(whole, "push")) {
        return received_push(object_in(whole, "push"), to);
    }
    const auto id = number_in(whole, "id").value_or(0);
    if (id == 0) {
        output_.emplace_back("{}");  // a ping
        return;
    }
    const auto found = pending_.find(id);
    if (found == pending_.end()) {
        return;
    }
    const auto& error = object_in(whole, "error");
    const bool failed = !error.empty();
    if (failed && is_true(error, "temporary")) {
        if (std::ranges::find(again_, id) == again_.end()) {
            again_.push_back(id);
        }
        again_at_ = now + again_delay_;
        return;
    }
    again_delay_ = 250ms;
    const auto what = std::move(found->second);
    pending_.erase(found);
    if (failed) {
        received_error(what, error, to);
    } else {
        received_answer(what, whole, to);
    }
}

void json_client::received_answer(const request& to_what, const object& answer, inbox& to)
{
    switch (to_what.what) {
    case subject::connect: return connected(object_in(answer, "connect"), to);
    case subject::subscribe: return subscribed(object_in(answer, "subscribe"), to);
    case subject::unsubscribe: return;
    case subject::history: return received_history(object_in(answer, "history"), to);
    case subject::count: {
        const auto count = number_in(object_in(answer, "presence_stats"), "num_clients").value_or(1);
        auto notice = to_notice("you are in " + place_->room + ", " + std::to_string(count) + " here");
        notice.room = place_->room;
        return give(std::move(notice), to);
    }
    case subject::line: break;
    }
    const auto& data = object_in(object_in(answer, "rpc"), "data");
    auto text = text_in(data, "text");
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        give(to_notice(line), to);
    }
    if (const auto name = text_in(data, "name"); !name.empty()) {
        called(name, to);
    }
    end_line({}, to);
}

void json_client::received_error(const request& to_what, const object& error, inbox& to)
{
    const std::string message{text_in(error, "message")};
    const auto number = number_in(error, "code").value_or(0);
    switch (to_what.what) {
    case subject::unsubscribe:
    case subject::count: return;
    case subject::history: return end_history(to);
    case subject::line: return end_line(message.empty() ? "refused" : message, to);
    case subject::subscribe: {
        const auto room = std::exchange(joining_, {});
        if (line_under_way_ && lines_.front().what == outgoing_line::kind::join) {
            return end_line(message, to);
        }
        give(to_notice(message), to);
        if (room == lobby || subscribed_) {
            failure_ = websocket_error::refused;
            return;
        }
        place_->epoch.clear();
        return ask_subscribe(std::string{lobby});
    }
    case subject::connect: break;
    }
    give(to_notice(message), to);
    if (number == code::name_refused && !name_.empty()) {
        name_.clear();
        return ask_connect();
    }
    if (number != code::unauthorized) {
        failure_ = websocket_error::refused;
        return;
    }
    place_->password.clear();
    if (std::exchange(locked_, true)) {
        return end_line(password_needed, to);
    }
    give(to_notice(password_needed), to);
}

void json_client::connected(const object& answer, inbox& to)
{
    client_ = text_in(answer, "client");
    ping_ = std::chrono::seconds{std::clamp<std::int64_t>(number_in(answer, "ping").value_or(0), 0, 3600)};
    auto& own = place_->own;
    if (own.size() >= most_own) {
        own.erase(own.begin());
    }
    own.push_back(std::strtoull(client_.c_str(), nullptr, 10));
    const auto& data = object_in(answer, "data");
    max_message_ = static_cast<std::uint64_t>(std::max<std::int64_t>(number_in(data, "max_message").value_or(0), 0));
    called(text_in(data, "name"), to);
    if (sender_.starts_with('<')) {
        give(to_notice("you are " + sender_), to);
    }
    if (std::exchange(locked_, false)) {
        give(to_notice("welcome"), to);
        end_line({}, to);
    }
    ask_subscribe(place_->room);
}

// A member without a name is called by the address that the server sees.
void json_client::called(std::string_view user, inbox& to)
{
    sender_ = to_sender(user);
    if (sender_.starts_with('<')) {
        place_->name = sender_.substr(1, sender_.size() - 2);
    } else if (sender_.find(':') != sender_.npos) {
        to.connected(sender_);
    }
}

void json_client::subscribed(const object& answer, inbox& to)
{
    auto room = std::exchange(joining_, {});
    const bool moves = std::exchange(subscribed_, true);
    const std::string epoch{text_in(answer, "epoch")};
    const auto offset = offset_in(answer);
    const auto had = place_->offset;
    const bool same = recovers_ && epoch == place_->epoch;
    if (moves && room != place_->room) {
        ask(subject::unsubscribe, "unsubscribe", {{"channel", place_->room}});
    }
    place_->room = std::move(room);
    place_->epoch = epoch;
    place_->offset = offset;
    if (moves && line_under_way_ && lines_.front().what == outgoing_line::kind::join) {
        end_line({}, to);
    }
    same_epoch_ = same;
    known_moves_ = recovers_ && is_true(answer, "recovered") ? place_->moves : 0;
    place_->moves = known_moves_;
    catches_up_ = recovers_ && !is_true(answer, "recovered");
    if (catches_up_) {
        return begin_history(most_caught_up, same ? had : 0);
    }
    if (same || history_ == 0) {
        return ask_count();
    }
    begin_history(history_, 0);
}

void json_client::received_history(const object& answer, inbox& to)
{
    if (!awaits_history_) {
        return;
    }
    const auto* const list = answer.if_contains("publications");
    const auto before = oldest_;
    if (list != nullptr && list->is_array()) {
        for (const auto& one : list->get_array()) {
            auto found = one.is_object() ? to_publication(one.get_object(), place_->room) : std::nullopt;
            if (found && found->offset < oldest_ && found->offset > floor_ && past_.size() < most_past_) {
                oldest_ = found->offset;
                found->what.history = !catches_up_;
                found->what.own = is_own(found->what.member) && found->what.sender != wire::server_name;
                past_.push_back(std::move(found->what));
            }
        }
    }
    if (oldest_ < before && oldest_ > floor_ + 1 && past_.size() < most_past_) {
        return ask_history();
    }
    end_history(to);
}

void json_client::end_history(inbox& to)
{
    awaits_history_ = false;
    auto past = std::exchange(past_, {});
    std::ranges::reverse(past);
    if (std::exchange(catches_up_, false)) {
        if (const auto words = gap(); !words.empty()) {
            to.add(to_gap(words));
        }
    }
    for (auto& one : past) {
        give(std::move(one), to);
    }
    for (auto& one : std::exchange(held_, {})) {
        give(std::move(one), to);
    }
    ask_count();
}

// What is missing between the last connection and what the history has brought.
std::string json_client::gap() const
{
    if (!same_epoch_) {
        return "the room has begun anew: messages may have been missed";
    }
    const auto count = oldest_ - 1 - std::min(floor_, oldest_ - 1);
    return count == 0 ? "" : std::to_string(count) + (count == 1 ? " message missed" : " messages missed");
}

void json_client::received_push(const object& push, inbox& to)
{
    const auto room = text_in(push, "channel");
    if (has(push, "message")) {
        auto what = to_message(object_in(push, "message"));
        what.own = what.kind == received_kind::private_message && what.sender.starts_with(sender_ + " -> ");
        return give(std::move(what), to);
    }
    if (room != place_->room || !subscribed_) {
        return;  // of a room that was left
    }
    if (has(push, "pub")) {
        return received_publication(object_in(push, "pub"), room, to);
    }
    if (has(push, "join") || has(push, "leave")) {
        if (known_moves_ != 0) {
            --known_moves_;
            return;
        }
        ++place_->moves;
        const bool joins = has(push, "join");
        return give(to_move(object_in(push, joins ? "join" : "leave"), room, joins), to);
    }
    if (has(push, "unsubscribe")) {
        const auto& why = object_in(push, "unsubscribe");
        if (number_in(why, "code").value_or(0) >= first_to_subscribe_again) {
            return ask_subscribe(place_->room);
        }
        give(to_notice(text_in(why, "reason")), to);
        failure_ = websocket_error::refused;
    }
}

void json_client::received_publication(const object& from, std::string_view room, inbox& to)
{
    auto found = to_publication(from, room);
    if (!found || found->offset <= place_->offset) {
        return;  // no publication, or one that was received already
    }
    place_->offset = found->offset;
    place_->moves = known_moves_ = 0;
    auto& what = found->what;
    what.own = is_own(what.member) && what.sender != wire::server_name;
    if (what.kind == received_kind::renamed && is_own(what.member)) {
        called(text_in(object_in(from, "info"), "user"), to);
    }
    give(std::move(what), to);
}

bool json_client::is_own(member_id member) const
{
    return member != server_id && std::ranges::find(place_->own, member) != place_->own.end();
}

void json_client::give(received_message what, inbox& to)
{
    const bool past = what.history || what.kind == received_kind::accepted || what.kind == received_kind::refused;
    if (awaits_history_ && !past) {
        held_.push_back(std::move(what));
    } else if (!what.text.empty() || what.kind == received_kind::accepted) {
        to.add(std::move(what));
    }
}

}  // namespace chatroom::detail
