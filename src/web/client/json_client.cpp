// SPDX-License-Identifier: BSL-1.0
// What is asked of the server, and the lines of ours.
#include "json_client.hpp"

#include "client_answer.hpp"
#include "request.hpp"

#include "wire/notices.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace chatroom::detail {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr auto first_delay = 250ms;
constexpr auto longest_delay = 4000ms;
constexpr auto ping_grace = 10s;
constexpr std::size_t longest_answer = 1000;  // messages of one answer

}  // namespace

json_client::json_client(std::shared_ptr<websocket_place> place, std::size_t history)
    : place_{place ? std::move(place) : std::make_shared<websocket_place>()},
      history_{history},
      again_delay_{first_delay}
{
}

void json_client::begin(time_point now)
{
    heard_ = now;
    name_ = place_->name;
    ask_connect();
}

void json_client::ask(subject what, std::string_view method, object parameters)
{
    const auto id = ++last_id_;
    object command{{"id", id}};
    command[view(method)] = std::move(parameters);
    auto text = json::serialize(command);
    output_.push_back(text);
    pending_.emplace(id, request{what, std::move(text)});
}

void json_client::ask_connect()
{
    object data{{"key", place_->key}};
    if (!name_.empty()) {
        data["name"] = name_;
    }
    if (!place_->password.empty()) {
        data["password"] = place_->password;
    }
    ask(subject::connect, "connect", {{"name", "chatroom"}, {"data", std::move(data)}});
}

void json_client::ask_subscribe(std::string room)
{
    recovers_ = room == place_->room && !place_->epoch.empty();
    object what{{"channel", room}};
    if (recovers_) {
        what["recover"] = true;
        what["epoch"] = place_->epoch;
        what["offset"] = place_->offset;
    }
    joining_ = std::move(room);
    ask(subject::subscribe, "subscribe", std::move(what));
}

void json_client::begin_history(std::size_t most, std::uint64_t behind)
{
    awaits_history_ = true;
    most_past_ = most;
    floor_ = behind;
    oldest_ = place_->offset + 1;
    ask_history();
}

// From the newest backwards, since the last ones are wanted; the server answers as many as it likes.
void json_client::ask_history()
{
    const auto most = std::min(most_past_ - past_.size(), longest_answer);
    ask(subject::history, "history",
        {{"channel", place_->room},
         {"limit", most},
         {"reverse", true},
         {"since", {{"offset", oldest_}, {"epoch", place_->epoch}}}});
}

void json_client::ask_count()
{
    ask(subject::count, "presence_stats", {{"channel", place_->room}});
}

void json_client::send(std::string_view line, std::string id, time_point /*now*/, inbox& to)
{
    auto made = to_outgoing(line);
    made.wants_answer = !id.empty();
    made.id = std::move(id);
    lines_.push_back(std::move(made));
    send_next(to);
}

void json_client::send_next(inbox& to)
{
    while (!line_under_way_ && !lines_.empty() && settled() && joining_.empty() && !leaves_) {
        line_under_way_ = true;
        if (lines_.front().what == outgoing_line::kind::quit) {
            leaves_ = true;
        } else if (locked_) {
            send_password(to);
        } else if (max_message_ != 0 && lines_.front().text.size() > max_message_) {
            end_line(wire::notices::too_long, to);  // a frame that is too long would end the connection
        } else {
            send_front(to);
        }
    }
}

void json_client::send_password(inbox& to)
{
    if (lines_.front().what != outgoing_line::kind::password) {
        return end_line(password_needed, to);
    }
    place_->password = lines_.front().text;
    ask_connect();
}

void json_client::send_front(inbox& to)
{
    auto& line = lines_.front();
    switch (line.what) {
    case outgoing_line::kind::text: {
        const auto id = line.id.empty() ? client_ + '-' + std::to_string(last_id_ + 1) : line.id;
        return ask(subject::line, "publish", {{"channel", place_->room}, {"data", {{"text", line.text}, {"id", id}}}});
    }
    case outgoing_line::kind::join:
        if (line.text != place_->room) {
            return ask_subscribe(line.text);
        }
        give(to_notice("you are in " + line.text + " already"), to);
        return end_line({}, to);
    case outgoing_line::kind::password: line.text = "/pass " + line.text; [[fallthrough]];
    case outgoing_line::kind::command:
        return ask(subject::line, "rpc",
                   {{"method", "command"}, {"data", {{"room", place_->room}, {"text", line.text}}}});
    case outgoing_line::kind::quit: return;
    }
}

// The line under way is done; an empty `refusal`: well. A command is done with any answer.
void json_client::end_line(std::string_view refusal, inbox& to)
{
    if (!line_under_way_) {
        return;
    }
    const auto line = std::move(lines_.front());
    lines_.pop_front();
    line_under_way_ = false;
    const bool refused = !refusal.empty() && line.what == outgoing_line::kind::text && line.wants_answer;
    if (!refused) {
        give(to_notice(refusal), to);
    }
    if (line.wants_answer) {
        auto answer = to_notice(refused ? refusal : std::string_view{});
        answer.kind = refused ? received_kind::refused : received_kind::accepted;
        answer.id = line.id;
        give(std::move(answer), to);
    }
}

auto json_client::deadline() const noexcept -> time_point
{
    const auto silence = ping_.count() == 0 ? never : heard_ + ping_ + ping_grace;
    return std::min(silence, again_at_);
}

void json_client::on_deadline(time_point now)
{
    if (now >= again_at_) {
        again_at_ = never;
        for (const auto id : std::exchange(again_, {})) {
            if (const auto found = pending_.find(id); found != pending_.end()) {  // not answered since
                output_.push_back(found->second.text);
            }
        }
        again_delay_ = std::min<std::chrono::milliseconds>(again_delay_ * 2, longest_delay);
    }
    if (ping_.count() != 0 && now >= heard_ + ping_ + ping_grace) {
        failure_ = websocket_error::no_ping;
    }
}

void json_client::finish(inbox& to)
{
    if (awaits_history_) {
        end_history(to);
    }
}

}  // namespace chatroom::detail
