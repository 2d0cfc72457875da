// SPDX-License-Identifier: BSL-1.0
#include "session.hpp"

#include "command_line.hpp"
#include "diagnostics.hpp"
#include "key.hpp"

#include <chatroom/wire/sender.hpp>

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <utility>

namespace client {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_of_a_person = 16;  // lines on their way: what is there can't be stopped
constexpr std::chrono::seconds early{30};     // a connection that ends so soon may have been ended by what was said

}  // namespace

session::session(const asio::any_io_executor& executor, session_options options, frontend& front, connector connect)
    : executor_{executor},
      options_{std::move(options)},
      frontend_{front},
      make_{std::move(connect)},
      outbox_{front.interactive() ? most_of_a_person : outbox::most_on_their_way},
      identity_{options_.name, make_key()},
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
        resumed_.notify();
    });
    std::string trouble;
    while (!stopped_) {
        if (options_.place) {
            options_.place->name = identity_.wanted();
            options_.place->key = identity_.key();
        }
        link_ = make_();
        auto connecting = connect(link_);
        const auto ec = co_await std::move(connecting);
        trouble = no_connection(options_.server, ec);
        if (!ec && !stopped_) {
            again_ = std::exchange(ever_, true);
            if (again_ || frontend_.interactive()) {
                frontend_.tell((again_ ? "connected again to " : "connected to ") + to_words(options_.server));
            }
            auto talking = talk(link_);
            co_await std::move(talking);
            trouble = lost_connection(link_->close_reason());
        }
        if (nothing_left_to_do() || expelled_ || !(ever_ ? options_.reconnect : options_.first_too)) {
            break;
        }
        const auto time = options_.retry.next(options_.random);
        frontend_.tell(trouble + "; next attempt in " + seconds(time));
        auto pausing = pause(time);
        co_await std::move(pausing);
        if (nothing_left_to_do()) {
            break;
        }
    }
    link_.reset();
    if (!stopped_) {
        set_result(trouble);
    }
    frontend_.end_lines();
    while (collecting_) {
        auto waiting = resumed_.wait();
        co_await std::move(waiting);
    }
}

void session::set_result(const std::string& trouble)
{
    const auto unheard = outbox_.waiting() + outbox_.missing();
    const auto end = [this](exit_code code, std::string why) {
        result_ = code;
        complaint_ = std::move(why);
    };
    if (!ever_) {
        end(exit_code::no_connection, trouble);
    } else if (!nothing_left_to_do()) {
        end(exit_code::lost, trouble);
    } else if (unheard != 0) {
        const auto why = heard_ ? std::string{} : silence(options_.server);
        end(exit_code::unheard, messages(unheard) + " did not come back from the room" + why);
    } else if (unsayable_ != 0) {
        end(exit_code::unheard, messages(unsayable_) + " can't be said");
    }
}

void session::stop()
{
    stopped_ = true;
    input_ended_ = true;
    frontend_.end_lines();
    frontend_.abort_output();
    if (link_ && !connected_) {
        link_->close();
    }
    taken_.notify();
    work_.notify();
    resumed_.notify();
}

asio::awaitable<chatroom::error_code> session::connect(std::shared_ptr<chatroom::client> link)
{
    try {
        auto connecting = link->connect(options_.server.host, options_.server.port);
        co_await std::move(connecting);
    } catch (const boost::system::system_error& e) {
        co_return e.code();
    }
    co_return chatroom::error_code{};
}

asio::awaitable<void> session::talk(std::shared_ptr<chatroom::client> link)
{
    const auto begin = clock::now();
    bool in_the_room = false;
    connected_ = true;
    leaving_ = false;
    expelled_ = false;
    outbox_.connected(link->local_name());
    identity_.connected();
    if (options_.place) {
        identity_.introduced(options_.place->room);
    }
    asks_ = 0;
    update();
    taken_.notify();
    speaking_ = true;
    asio::co_spawn(executor_, speak(link), [this](std::exception_ptr) {
        speaking_ = false;
        resumed_.notify();
    });
    for (;;) {
        auto receiving = link->receive();
        auto received = co_await std::move(receiving);
        if (!received) {
            break;
        }
        heard_ = true;
        if (take_answer(*received)) {
            continue;
        }
        auto what = to_message(std::move(*received));
        if (std::exchange(past_, what.history) && !what.history && !what.hidden) {
            frontend_.tell("that was said before you came");
        }
        take_in(what);
        if (!what.history && what.sender != chatroom::wire::server_name && !std::exchange(in_the_room, true) &&
            frontend_.interactive()) {
            frontend_.tell((again_ ? "again in the room at " : "in the room at ") + to_words(options_.server));
        }
        tell_missing();
        showing_ = true;
        auto showing = frontend_.show(std::move(what));
        co_await std::move(showing);
        showing_ = false;
        if (expelled_ && options_.server.over == transport::udp) {
            break;  // no connection ends, and the next heartbeat would come in again
        }
    }
    connected_ = false;
    link->close();
    work_.notify();
    while (speaking_) {
        auto waiting = resumed_.wait();
        co_await std::move(waiting);
    }
    const auto connected_for = clock::now() - begin;
    if (!leaving_) {
        take_back(connected_for < early);
    }
    options_.retry.connected_for(std::chrono::duration_cast<std::chrono::milliseconds>(connected_for));
    update();
    taken_.notify();
}

void session::take_back(bool ended_early)
{
    if (const auto text = ended_early ? outbox_.suspect() : std::nullopt) {
        frontend_.tell("given up, since " + std::to_string(outbox::most_suspected) +
                       " connections in a row ended before it came back: " + without_secrets(*text));
    }
    const auto again = outbox_.take_back();
    if (again != 0 && options_.reconnect) {
        frontend_.tell(messages(again) + " had not come back, and will be said again");
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
    return stopped_ || leaving_ || (input_ended_ && (frontend_.interactive() || (ever_ && outbox_.waiting() == 0)));
}

}  // namespace client
