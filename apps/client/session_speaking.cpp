// SPDX-License-Identifier: BSL-1.0
#include "command_line.hpp"
#include "diagnostics.hpp"
#include "session.hpp"

#include <chatroom/wire/command.hpp>
#include <chatroom/wire/text.hpp>

#include <algorithm>

namespace client {

namespace asio = boost::asio;

namespace {

constexpr auto never = clock::time_point::max();
constexpr std::chrono::milliseconds noticeable{200};     // less without an echo is not shown: a prompt would flicker
constexpr std::chrono::milliseconds held_up_time{5000};  // for one line, while others wait for it to come back
constexpr std::chrono::seconds silence_time{2};          // without an echo, and it is told
constexpr std::chrono::seconds trial_time{1};            // a full room has closed by then, and it was not the text
constexpr std::size_t most_told = 5;                     // lines that went missing together
constexpr std::chrono::seconds answer_time{3};           // to /name, or the server is taken for one without commands
constexpr std::chrono::seconds ask_again_time{2};        // over UDP, where a datagram may have been lost
constexpr int most_asks = 3;

}  // namespace

asio::awaitable<void> session::collect()
{
    for (;;) {
        auto reading = frontend_.next_line();
        auto line = co_await std::move(reading);
        if (!line || stopped_ || (frontend_.interactive() && chatroom::wire::is_quit(*line))) {
            break;
        }
        if ((frontend_.interactive() && obey(*line)) || !can_be_said(*line)) {
            continue;
        }
        const bool opens = identity_.locked() && has_password(*line);
        bool taken = opens ? outbox_.add_first(*line) : outbox_.add(*line);
        const auto drops = drops_;
        while (!taken && drops == drops_ && !stopped_ && (connected_ || !frontend_.interactive())) {
            collecting_line_ = true;
            auto waiting = taken_.wait();
            co_await std::move(waiting);
            collecting_line_ = false;
            taken = drops == drops_ && outbox_.add(*line);
        }
        if (!taken && drops == drops_ && !stopped_) {
            frontend_.tell("not kept, since " + messages(outbox_.waiting()) +
                           " wait already: " + without_secrets(*line));
        }
        if (!connected_) {
            update();
        }
        work_.notify();
    }
    input_ended_ = true;
    if (link_ && !connected_ && nothing_left_to_do()) {
        link_->close();  // nobody waits for it any longer
    }
    work_.notify();
    resumed_.notify();
}

// A server would take some texts for a word of the wire, whatever they were meant to be.
bool session::can_be_said(const std::string& line)
{
    std::string text;
    chatroom::wire::append_clean(text, line);
    const bool heartbeat = options_.server.over == transport::udp && chatroom::wire::is_heartbeat(text);
    if (!heartbeat && !chatroom::wire::is_quit(text)) {
        return true;
    }
    ++unsayable_;
    frontend_.tell((heartbeat ? "not said, since over UDP it is no message but the heartbeat: "
                              : "not said, since a server takes it for the end of the membership: ") +
                   text);
    return false;
}

asio::awaitable<void> session::speak(std::shared_ptr<chatroom::client> link)
{
    try {
        auto speaking = send_loop(link);
        co_await std::move(speaking);
    } catch (const boost::system::system_error&) {
        link->close();
    }
}

asio::awaitable<void> session::send_loop(std::shared_ptr<chatroom::client> link)
{
    auto introducing = introduce(link);
    co_await std::move(introducing);
    progress_ = clock::now();
    silences_ = 0;
    const auto trusted = progress_ + trial_time;
    while (connected_ && !stopped_) {
        const auto paced = pace_.next(clock::now(), options_.pace);
        const auto next = outbox_.suspicious() ? std::max(paced, trusted) : paced;
        const bool is_early = next > clock::now();
        if (identity_due() <= clock::now()) {
            auto asking = introduce(link);
            co_await std::move(asking);
            continue;
        }
        const bool locked =
            identity_.locked() && (frontend_.interactive() || identity_.opening()) && !has_password(outbox_.front());
        const bool held = !is_early && !locked && holds_password();
        const auto text = is_early || held || locked ? std::nullopt : outbox_.next();
        if (text) {
            (void)pace_.take(clock::now(), options_.pace);
            if (outbox_.on_their_way() == 1) {
                progress_ = clock::now();
            }
            taken_.notify();
            auto saying = link->send_once(identity_.sent(*text), outbox_.id());
            co_await std::move(saying);
            continue;
        }
        if (const auto question = frontend_.interactive() ? identity_.question() : std::string{}; !question.empty()) {
            (void)pace_.take(clock::now(), options_.pace);
            auto asking = link->send(question);
            co_await std::move(asking);
            continue;
        }
        if (input_ended_ && outbox_.on_their_way() + outbox_.waiting() == 0) {
            break;
        }
        const auto look_again = look_for_echoes();
        update();
        const auto turn = is_early && outbox_.waiting() != 0 ? next : never;
        auto waiting = work_.wait(std::min({look_again, turn, identity_due(), held ? asked_ + answer_time : never}));
        co_await std::move(waiting);
    }
    if (connected_) {
        leaving_ = true;
        auto leaving = link->leave();
        co_await std::move(leaving);
    }
}

// Asks for the name, and to be in the same room as before. Not by way of the outbox: no such line comes back.
asio::awaitable<void> session::introduce(std::shared_ptr<chatroom::client> link)
{
    asked_ = clock::now();
    ++asks_;
    if (options_.place) {
        co_return;  // the connection does
    }
    for (const auto& line : identity_.greeting()) {
        (void)pace_.take(clock::now(), options_.pace);
        auto saying = link->send(line);
        co_await std::move(saying);
    }
}

// When to ask again.
clock::time_point session::identity_due() const
{
    if (identity_.asks_again()) {
        return clock::time_point::min();
    }
    if (const auto pause = identity_.key_pause(); pause.count() > 0) {
        return asked_ + pause + std::chrono::seconds{1};  // it is told in whole seconds
    }
    const bool again = options_.server.over == transport::udp && identity_.lacks_name() && asks_ < most_asks;
    return again ? asked_ + ask_again_time : never;
}

// A server without commands would say a password to everybody, and one that has not answered /name may be one. Drops
// the line if that is not to be waited for; returns whether it is.
bool session::holds_password()
{
    if (identity_.server_commands() == identity::commands::present) {
        return false;
    }
    const bool waits = identity_.asking() && clock::now() < asked_ + answer_time;
    while (!waits && has_password(outbox_.front())) {
        frontend_.tell("not said, since this server has not answered /name, and may say it to everybody: " +
                       without_secrets(outbox_.front()));
        outbox_.drop_front();
        ++unsayable_;
    }
    return has_password(outbox_.front());
}

// Does what is due where nothing has come back for a while. Returns when to look again.
clock::time_point session::look_for_echoes()
{
    const auto now = clock::now();
    if (outbox_.on_their_way() == 0) {
        return never;
    }
    if (showing_) {
        progress_ = now;  // nothing is received while our own output is full
    }
    // Over UDP a server that has started again did not know us until the heartbeat that has gone out since.
    const bool repeats = options_.server.over == transport::udp && options_.reconnect;
    const bool held_up = input_ended_ || outbox_.held_up();
    const auto patience = input_ended_ ? options_.echo_timeout : std::max(options_.echo_timeout, held_up_time);
    const bool silent = now >= progress_ + silence_time;
    if ((held_up && now >= progress_ + patience) || (silent && repeats && silences_ != 0)) {
        outbox_.give_up();
        silences_ = 0;
        tell_missing();
        return now;
    }
    if (silent && silences_ == 0) {
        ++silences_;
        tell_silence(repeats);
        if (repeats) {
            outbox_.take_back();
            return now;
        }
    }
    auto next = held_up ? progress_ + patience : never;
    for (const auto due : {progress_ + noticeable, progress_ + silence_time}) {
        next = due > now ? std::min(next, due) : next;
    }
    return next;
}

void session::tell_silence(bool repeats)
{
    if (!input_ended_ || frontend_.interactive()) {
        frontend_.tell(messages(outbox_.on_their_way()) + " did not come back within " + seconds(silence_time) +
                       (repeats ? ", and will be said again" : "") +
                       (heard_ ? std::string{} : silence(options_.server)));
    }
}

void session::tell_missing()
{
    const auto lines = outbox_.take_missing();
    if (!frontend_.interactive()) {
        return;
    }
    for (std::size_t i = 0; i < std::min(lines.size(), most_told); ++i) {
        frontend_.tell("did not come back from the room: " + without_secrets(lines[i]));
    }
    if (lines.size() > most_told) {
        frontend_.tell("nor did " + messages(lines.size() - most_told) + " after that");
    }
}

void session::update()
{
    const auto waiting = outbox_.waiting();
    const bool pending = connected_ && (waiting != 0 || clock::now() >= progress_ + noticeable);
    const auto all = waiting + outbox_.on_their_way();
    frontend_.update({.connected = connected_,
                      .waiting = waiting,
                      .pending = pending ? all : 0,
                      .busy = all != 0,
                      .room = identity_.room(),
                      .here = identity_.here()});
}

}  // namespace client
