// SPDX-License-Identifier: BSL-1.0
#include "requests.hpp"

#include "json_text.hpp"
#include "request.hpp"
#include "room_requests.hpp"
#include "websocket_frame.hpp"

#include <chatroom/version.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace chatroom::detail {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::size_t most_present = 500;  // members of one answer

void send(peer& to, std::string_view line)
{
    std::string frame;
    append_text_frame(frame, line);
    to.write(frame);
}

// The answer to what is not to be waited for.
std::optional<std::string> answer_now(peer& from, websocket_protocol& spoken, const request& what)
{
    switch (what.what) {
    case method::connect:
    case method::presence:
    case method::rpc: return std::nullopt;
    case method::subscribe: return subscribe(from, spoken, what);
    case method::unsubscribe: return unsubscribe(from, spoken, what);
    case method::publish: return publish(from, spoken, what);
    case method::presence_stats: return presence_stats(spoken, what);
    case method::history: return history(spoken, what);
    case method::ping: return answer(what, {});
    case method::send: return std::string{};
    case method::unknown: break;
    }
    return answer_error(what, code::method_not_found, "method not found");
}

// The parts of the coroutines below that have lists in braces: g++ 12 ends what these hold too early in a coroutine.

credentials credentials_in(const request& what)
{
    const auto& data = object_in(what.parameters, "data");
    return {.name = std::string{text_in(data, "name")},
            .key = std::string{text_in(data, "key").substr(0, longest_key)},
            .password = std::string{text_in(data, "password")}};
}

std::string connect_answer(const websocket_protocol& spoken, const request& what)
{
    const auto& options = spoken.state().options;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options.ping_interval).count();
    const auto sender = spoken.self().sender();
    return answer(
        what,
        {{"client", std::to_string(spoken.self().id())},
         {"version", CHATROOM_VERSION},
         {"ping", seconds},
         {"pong", true},
         {"data", {{"name", view(name_in(sender))}, {"max_message", options.max_message}, {"rate", options.rate}}}});
}

std::string command_answer(const websocket_protocol& spoken, std::string_view text, const request& what)
{
    const auto sender = spoken.self().sender();
    return answer(what, {{"data", {{"text", view(text)}, {"name", view(name_in(sender))}}}});
}

asio::awaitable<bool> connect(peer* to, websocket_protocol* protocol, request what)
{
    auto& from = *to;
    auto& spoken = *protocol;
    auto given = credentials_in(what);
    if (!spoken.self()) {
        spoken.begin(from.self(), given.key);
    }
    auto entering = spoken.state().rooms->names.enter(spoken.self(), std::move(given));
    const auto verdict = co_await std::move(entering);
    using outcome = entry_verdict::outcome;
    if (verdict.what == outcome::refused) {
        spoken.set_close(3507, verdict.words);
        from.disconnect(disconnect_reason::rejected, {});
        co_return false;
    }
    if (verdict.what != outcome::admitted) {
        send(from, answer_error(what, verdict.what == outcome::wrong_name ? code::name_refused : code::unauthorized,
                                verdict.words));
        co_return false;
    }
    spoken.connect();
    send(from, connect_answer(spoken, what));
    co_return true;
}

asio::awaitable<void> presence(peer* to, websocket_protocol* protocol, request what)
{
    auto& from = *to;
    auto& spoken = *protocol;
    const auto* const found = find_room(spoken, what.text("channel"));
    if (found == nullptr) {
        co_return send(from, answer_error(what, code::permission_denied, "you are not in that room"));
    }
    auto listing = found->list(most_present);
    const auto members = co_await std::move(listing);
    send(from, presence_answer(members, what));
}

// Its answer is what the command has the member told until it is done.
asio::awaitable<void> run_command(peer* to, websocket_protocol* protocol, request what)
{
    auto& from = *to;
    auto& spoken = *protocol;
    const auto& data = object_in(what.parameters, "data");
    if (what.text("method") != "command") {
        co_return send(from, answer_error(what, code::method_not_found, "method not found"));
    }
    std::string line{text_in(data, "text")};
    if (!line.starts_with('/') || line.find_first_of("\r\n") != line.npos) {
        co_return send(from, answer_error(what, code::bad_request, "a command is a line that begins with /"));
    }
    spoken.begin_answer();
    auto running =
        spoken.state().rooms->names.command(spoken.self(), std::string{text_in(data, "room")}, std::move(line));
    if (running.valid()) {
        co_await std::move(running);
    }
    const auto strand = co_await asio::this_coro::executor;
    auto behind = asio::post(strand, asio::use_awaitable);  // what it told the member is on its way to the strand
    co_await std::move(behind);
    send(from, command_answer(spoken, spoken.end_answer(), what));
}

// The first of a connection is `connect`, and no other.
bool begin_rightly(const std::vector<request>& all, bool connected)
{
    return std::ranges::all_of(all, [&](const auto& one) {
        const bool right = (one.what == method::connect) != connected;
        connected = true;
        return right;
    });
}

// From that one on. What comes behind a `connect` that has failed goes nowhere.
asio::awaitable<void> execute_waiting(peer* from, websocket_protocol* spoken, std::vector<request> all,
                                      std::size_t next)
{
    for (; next < all.size(); ++next) {
        const auto& what = all[next];
        if (what.what == method::connect) {
            auto connecting = connect(from, spoken, what);
            if (!co_await std::move(connecting)) {
                co_return;
            }
            continue;
        }
        if (const auto line = answer_now(*from, *spoken, what)) {
            if (!line->empty()) {
                send(*from, *line);
            }
            continue;
        }
        auto running = what.what == method::presence ? presence(from, spoken, what) : run_command(from, spoken, what);
        co_await std::move(running);
    }
}

}  // namespace

asio::awaitable<void> execute_requests(peer& from, websocket_protocol& spoken, std::string_view frame)
{
    auto all = parse_requests(frame);
    if (!all || !begin_rightly(*all, spoken.is_connected())) {
        spoken.set_close(3501, "bad request");
        from.disconnect(disconnect_reason::wrong_protocol, {});
        return {};
    }
    std::size_t done = 0;
    for (; done < all->size(); ++done) {
        const auto line = answer_now(from, spoken, (*all)[done]);
        if (!line) {
            return execute_waiting(&from, &spoken, std::move(*all), done);
        }
        if (!line->empty()) {
            send(from, *line);
        }
    }
    return {};
}

}  // namespace chatroom::detail
