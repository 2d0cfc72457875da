// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/client.hpp>

#include <boost/asio.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <variant>

/// An operation of a client, and how it ended. `T` is std::monostate for one without a result.
template <typename T>
struct operation {
    T value;
    chatroom::error_code error;
    bool done = false;
    boost::asio::cancellation_signal cancellation;

    void cancel() { cancellation.emit(boost::asio::cancellation_type::terminal); }
};

/// Runs operations of clients on the thread of the test, which plays the server meanwhile.
struct client_fixture {
    boost::asio::io_context io;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
    const boost::asio::ip::tcp::endpoint anywhere{boost::asio::ip::address_v4::loopback(), 0};

    template <typename T>
    auto start(boost::asio::awaitable<T> what)
    {
        using value_type = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
        const auto to = std::make_shared<operation<value_type>>();
        auto handler = [to](std::exception_ptr failure, auto&&... value) {
            to->error = failure ? chatroom::to_error_code(failure) : chatroom::error_code{};
            to->value = value_type{std::forward<decltype(value)>(value)...};
            to->done = true;
        };
        boost::asio::co_spawn(io, std::move(what),
                              boost::asio::bind_cancellation_slot(to->cancellation.slot(), std::move(handler)));
        return to;
    }

    template <typename Condition>
    void until(Condition done)
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        while (!done()) {
            BOOST_TEST_REQUIRE(io.run_one_until(end) == 1u, "it did not happen within 10 s");
        }
    }

    /// All that can be done now.
    void turn() { io.poll(); }

    template <typename T>
    auto complete(boost::asio::awaitable<T> what)
    {
        auto started = start(std::move(what));
        until([&] { return started->done; });
        return started;
    }

    template <typename T>
    chatroom::error_code error_of(boost::asio::awaitable<T> what)
    {
        return complete(std::move(what))->error;
    }

    /// SENDER|TEXT, or `(end)`.
    std::string receive(chatroom::client& from)
    {
        const auto heard = complete(from.receive());
        BOOST_TEST(!heard->error);
        return heard->value ? heard->value->sender + "|" + heard->value->text : "(end)";
    }
};
