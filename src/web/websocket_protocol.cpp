// SPDX-License-Identifier: BSL-1.0
#include "websocket_protocol.hpp"

#include "json_text.hpp"

#include <chatroom/wire/sender.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace chatroom::detail {
namespace {

constexpr std::string_view ping = "{}";
constexpr std::string_view arrow = " -> ";

std::size_t longest_message(const web_options& options)
{
    return std::max<std::size_t>(options.max_message * 6 + 256, 16 * 1024);
}

struct close_form {
    disconnect_reason why;
    std::uint16_t code;  // of the JSON protocol: below 3500, and from 4000 to 4499, a client connects again
    std::string_view words;
};

close_form close_form_of(disconnect_reason why) noexcept
{
    static constexpr std::array known{close_form{disconnect_reason::shutdown, 3001, "shutdown"},
                                      close_form{disconnect_reason::slow_consumer, 3008, "slow"},
                                      close_form{disconnect_reason::timed_out, 3012, "no pong"},
                                      close_form{disconnect_reason::wrong_protocol, 3501, "bad request"},
                                      close_form{disconnect_reason::removed, 3503, "force disconnect"},
                                      close_form{disconnect_reason::quit, close_code::normal, {}}};
    const auto* const found = std::ranges::find(known, why, &close_form::why);
    return found != known.end() ? *found : close_form{why, 3004, "internal error"};
}

}  // namespace

websocket_protocol::websocket_protocol(std::shared_ptr<const web_state> state)
    : state_{std::move(state)},
      reader_{longest_message(state_->options)}
{
}

// Nothing may come out of it.
websocket_protocol::~websocket_protocol()
{
    if (!self_) {
        return;
    }
    try {
        state_->rooms->names.gone(self_, ended_);
    } catch (...) {  // NOLINT(bugprone-empty-catch): without memory its name stays taken
    }
}

void websocket_protocol::append_output(std::string& out)
{
    out += std::exchange(output_, {});
}

wire::protocol::result websocket_protocol::next(std::string_view& bytes, time_point now, wire::command& found)
{
    std::string_view payload;
    const auto what = reader_.next(bytes, payload);
    if (what == websocket_reader::result::need_more) {
        return result::need_more;
    }
    awaits_pong_ = false;  // whatever came shows that it is there
    ping_due_ = now + state_->options.ping_interval;
    switch (what) {
    case websocket_reader::result::need_more:
    case websocket_reader::result::pong: return result::need_more;
    case websocket_reader::result::message:
        if (payload == ping) {
            return result::need_more;
        }
        found = {wire::command::kind::request, payload};
        return result::command;
    case websocket_reader::result::ping: append_control(output_, opcode::pong, payload); return result::need_more;
    case websocket_reader::result::close:
        set_close(reader_.close_code(), {});
        found = {wire::command::kind::quit, {}};
        return result::command;
    case websocket_reader::result::violation: set_close(reader_.close_code(), "violation of RFC 6455"); break;
    }
    return result::violation;
}

wire::protocol::time_point websocket_protocol::deadline(time_point /*now*/) const noexcept
{
    return connected_ ? ping_due_ : began_ + state_->options.request_timeout;
}

wire::protocol::result websocket_protocol::on_deadline(time_point now, wire::command& /*found*/)
{
    if (!connected_) {
        set_close(3502, "stale");
        return result::violation;
    }
    if (std::exchange(awaits_pong_, true)) {
        violation_ = disconnect_reason::timed_out;
        return result::violation;
    }
    ping_due_ = now + state_->options.pong_timeout;
    append_text_frame(output_, ping);
    return result::need_more;
}

void websocket_protocol::resume(time_point now) noexcept
{
    if (began_ == time_point{}) {
        began_ = now;
        ping_due_ = now + state_->options.ping_interval;
    }
}

void websocket_protocol::append_line(std::string& out, std::string_view sender, std::string_view text)
{
    if (answering_ && sender == wire::server_name) {
        answer_.append(answer_.empty() ? "" : "\n").append(text);
        return;
    }
    std::string push = R"({"push":{"message":{"data":{)";
    if (const auto between = sender.find(arrow); between != sender.npos) {
        push += R"("from":)";
        append_json(push, name_in(sender.substr(0, between)));
        push += R"(,"to":)";
        append_json(push, name_in(sender.substr(between + arrow.size())));
        push += R"(,"text":)";
    } else {
        push += R"("notice":)";
    }
    append_json(push, text);
    push += R"(,"time":")" + utc_time(std::chrono::system_clock::now()) + R"("}}}})";
    append_text_frame(out, push);
}

// A code that ends a client for good is obeyed only with a reason.
void websocket_protocol::append_goodbye(std::string& out, disconnect_reason why, std::string_view words)
{
    ended_ = why;
    const auto form = close_form_of(why);
    const auto code = close_code_ != 0 ? close_code_ : form.code;
    append_close(out, code, !close_reason_.empty() ? close_reason_ : words.empty() ? form.words : words);
}

void websocket_protocol::begin(member self, std::string key)
{
    self_ = std::move(self);
    publisher_ = key.empty() ? std::to_string(self_.id()) : std::move(key);
}

std::string websocket_protocol::end_answer()
{
    answering_ = false;
    return std::exchange(answer_, {});
}

void websocket_protocol::set_close(std::uint16_t code, std::string_view reason)
{
    close_code_ = code;
    close_reason_ = reason;
}

}  // namespace chatroom::detail
