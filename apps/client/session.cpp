// SPDX-License-Identifier: BSL-1.0
#include "session.hpp"

#include "sentences.hpp"

#include <chatroom/wire/command.hpp>

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace client {

namespace asio = boost::asio;

session::session(const asio::any_io_executor& executor, session_options options, front& front, connector connect)
    : executor_{executor},
      options_{std::move(options)},
      front_{front},
      make_{std::move(connect)},
      taken_{executor},
      work_{executor},
      resumed_{executor}
{
}

asio::awaitable<void> session::run()
{
    collecting_ = true;
    asio::co_spawn(executor_, collect(), [this](std::exception_ptr) {
        collecting_ = false;
        resumed_.ring();
    });
    std::string trouble;
    while (!stopped_) {
        link_ = make_();
        auto connecting = connect(link_);
        const auto ec = co_await std::move(connecting);
        trouble = no_connection(options_.server, ec);
        if (!ec && !stopped_) {
            if (ever_ || front_.typed()) {
                front_.tell((ever_ ? "again in the room at " : "in the room at ") + to_words(options_.server));
            }
            ever_ = true;
            auto talking = talk(link_);
            co_await std::move(talking);
            trouble = lost_connection(link_->end_of());
        }
        if (nothing_left_to_do() || !(ever_ ? options_.reconnect : options_.first_too)) {
            break;
        }
        const auto time = options_.retry.next(random_);
        front_.tell(trouble + "; next attempt in " + seconds(time));
        auto pausing = pause(time);
        co_await std::move(pausing);
        if (nothing_left_to_do()) {
            break;
        }
    }
    link_.reset();
    if (!stopped_) {
        sum_up(trouble);
    }
    front_.end_lines();
    while (collecting_) {
        auto waiting = resumed_.wait();
        co_await std::move(waiting);
    }
}

void session::sum_up(const std::string& trouble)
{
    const auto unheard = outbox_.waiting() + outbox_.missing();
    if (!ever_) {
        end(exit_code::no_connection, trouble);
    } else if (!nothing_left_to_do()) {
        end(exit_code::lost, trouble);
    } else if (unheard != 0) {
        const auto why = heard_ ? std::string{} : silence(options_.server);
        end(exit_code::unheard, messages(unheard) + " did not come back from the room" + why);
    }
}

void session::stop()
{
    stopped_ = true;
    input_ended_ = true;
    front_.end_lines();
    front_.hurry();
    if (link_ && !connected_) {
        link_->close();
    }
    taken_.ring();
    work_.ring();
    resumed_.ring();
}

asio::awaitable<void> session::collect()
{
    for (;;) {
        auto reading = front_.next_line();
        const auto line = co_await std::move(reading);
        if (!line || stopped_ || chatroom::wire::is_quit(*line)) {
            break;
        }
        bool taken = outbox_.add(*line);
        while (!taken && !stopped_ && (connected_ || !front_.typed())) {
            auto waiting = taken_.wait();
            co_await std::move(waiting);
            taken = outbox_.add(*line);
        }
        if (!taken && !stopped_) {
            front_.tell("not kept, since " + messages(outbox_.waiting()) + " wait already: " + *line);
        }
        update();
        work_.ring();
    }
    input_ended_ = true;
    if (link_ && !connected_ && nothing_left_to_do()) {
        link_->close();  // nobody waits for it any longer
    }
    work_.ring();
    resumed_.ring();
}

asio::awaitable<chatroom::error_code> session::connect(std::shared_ptr<connection> link)
{
    try {
        auto connecting = link->connect(options_.server.host, options_.server.port);
        co_await std::move(connecting);
    } catch (const boost::system::system_error& e) {
        co_return e.code();
    }
    co_return chatroom::error_code{};
}

asio::awaitable<void> session::talk(std::shared_ptr<connection> link)
{
    const auto begin = clock::now();
    connected_ = true;
    leaving_ = false;
    outbox_.connected(link->label());
    update();
    taken_.ring();
    speaking_ = true;
    asio::co_spawn(executor_, speak(link), [this](std::exception_ptr) {
        speaking_ = false;
        resumed_.ring();
    });
    for (;;) {
        auto hearing = link->hear();
        auto heard = co_await std::move(hearing);
        if (!heard) {
            break;
        }
        heard_ = true;
        message what{std::chrono::system_clock::now(), std::move(heard->sender), std::move(heard->text), false};
        what.own = outbox_.heard(what.sender, what.text);
        if (what.own) {
            progress_ = clock::now();
            work_.ring();
        }
        auto showing = front_.show(std::move(what));
        co_await std::move(showing);
    }
    connected_ = false;
    link->close();
    work_.ring();
    while (speaking_) {
        auto waiting = resumed_.wait();
        co_await std::move(waiting);
    }
    if (!leaving_) {
        const auto again = outbox_.lost();
        if (again != 0 && options_.reconnect) {
            front_.tell(messages(again) + " had not come back, and will be said again");
        }
    }
    options_.retry.stood(std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - begin));
    update();
    taken_.ring();
}

asio::awaitable<void> session::speak(std::shared_ptr<connection> link)
{
    try {
        auto speaking = speak_on(link);
        co_await std::move(speaking);
    } catch (const boost::system::system_error&) {
        link->close();
    }
}

asio::awaitable<void> session::speak_on(std::shared_ptr<connection> link)
{
    progress_ = clock::now();
    while (connected_ && !stopped_) {
        const auto next = pace_.next(clock::now(), options_.pace);
        const bool early = next > clock::now();
        const auto text = early ? std::nullopt : outbox_.next();
        if (text) {
            (void)pace_.take(clock::now(), options_.pace);
            if (outbox_.on_their_way() == 1) {
                progress_ = clock::now();
            }
            taken_.ring();
            update();
            auto saying = link->say(*text);
            co_await std::move(saying);
            continue;
        }
        if (input_ended_ && outbox_.on_their_way() + outbox_.waiting() == 0) {
            break;
        }
        const bool due = outbox_.on_their_way() != 0 && (input_ended_ || outbox_.held_up());
        const auto end = progress_ + options_.echo_time;
        if (due && clock::now() >= end) {
            outbox_.give_up();
            continue;
        }
        const auto never = clock::time_point::max();
        const auto turn = early && outbox_.waiting() != 0 ? next : never;
        auto waiting = work_.wait(std::min(due ? end : never, turn));
        co_await std::move(waiting);
    }
    if (connected_) {
        leaving_ = true;
        auto leaving = link->leave();
        co_await std::move(leaving);
    }
}

asio::awaitable<void> session::pause(std::chrono::milliseconds time)
{
    const auto end = clock::now() + time;
    while (clock::now() < end && !nothing_left_to_do()) {
        auto waiting = resumed_.wait(end);
        co_await std::move(waiting);
    }
}

// A person who leaves while there is no connection has left; a program's words are still to be said.
bool session::nothing_left_to_do() const
{
    return stopped_ || leaving_ || (input_ended_ && (front_.typed() || (ever_ && outbox_.waiting() == 0)));
}

void session::end(exit_code code, std::string why)
{
    result_ = code;
    complaint_ = std::move(why);
}

void session::update()
{
    front_.update({connected_, outbox_.waiting()});
}

}  // namespace client
