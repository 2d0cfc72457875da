// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "manual_clock.hpp"
#include "session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace client {

namespace asio = boost::asio;

/// What a test and the clients that the session makes share: the server, as the test plays it.
struct server_side {
    explicit server_side(asio::io_context& io) : executor{io.get_executor()}, changed{executor} {}

    asio::any_io_executor executor;
    notifier changed;
    bool up = true;
    bool connected = false;
    bool full = false;   // takes callers and drops them
    std::string poison;  // a text that it hangs up on
    int attempts = 0;
    std::vector<std::string> said;
    std::vector<std::string> ids;  // of those that have one
    std::deque<chatroom::received_message> to_hear;
};

class fake_client final : public chatroom::client {
  public:
    explicit fake_client(server_side& server) : server_{server} {}

    asio::awaitable<void> connect(std::string, std::string) override
    {
        ++server_.attempts;
        if (!server_.up) {
            throw boost::system::system_error(asio::error::connection_refused);
        }
        server_.connected = !server_.full;
        co_return;
    }

    asio::awaitable<void> send(std::string text) override
    {
        if (text == server_.poison) {
            close();
        }
        server_.said.push_back(std::move(text));
        co_return;
    }

    asio::awaitable<void> send_once(std::string text, std::string id) override
    {
        server_.ids.push_back(std::move(id));
        return send(std::move(text));
    }

    asio::awaitable<std::optional<chatroom::received_message>> receive() override
    {
        while (server_.to_hear.empty() && server_.connected) {
            auto waiting = server_.changed.wait();
            co_await std::move(waiting);
        }
        if (server_.to_hear.empty()) {
            co_return std::nullopt;
        }
        auto one = std::move(server_.to_hear.front());
        server_.to_hear.pop_front();
        co_return one;
    }

    asio::awaitable<void> leave() override
    {
        close();
        co_return;
    }

    void close() override
    {
        server_.connected = false;
        server_.changed.notify();
    }

    [[nodiscard]] chatroom::error_code close_reason() const noexcept override { return {}; }
    [[nodiscard]] const std::string& local_name() const noexcept override { return name_; }
    [[nodiscard]] asio::any_io_executor get_executor() const noexcept override { return server_.executor; }

  private:
    server_side& server_;
    const std::string name_ = "1.1.1.1:1";
};

class fake_front final : public frontend {
  public:
    fake_front(asio::io_context& io, bool typed) : changed{io.get_executor()}, emptied{io.get_executor()}, typed_{typed}
    {
    }

    asio::awaitable<std::optional<std::string>> next_line() override
    {
        while (lines.empty() && !ended) {
            auto waiting = changed.wait();
            co_await std::move(waiting);
        }
        if (lines.empty()) {
            co_return std::nullopt;
        }
        auto line = std::move(lines.front());
        lines.pop_front();
        co_return line;
    }

    asio::awaitable<void> show(message) override
    {
        while (full) {
            auto waiting = emptied.wait();
            co_await std::move(waiting);
        }
    }
    void tell(const std::string& notice) override { told.push_back(notice); }
    void update(const link_status& now) override { state = now; }
    [[nodiscard]] bool interactive() const override { return typed_; }
    void end_lines() override
    {
        ended = true;
        changed.notify();
    }
    void abort_output() override {}
    void run() override {}
    std::string close() override { return {}; }

    notifier changed;
    notifier emptied;
    bool full = false;  // takes no output until emptied is notified
    std::deque<std::string> lines;
    std::vector<std::string> told;
    link_status state;
    bool ended = false;

  private:
    bool typed_;
};

/// A session between the two. Nothing waits for real: turn() does all that can be done at this time.
struct play {
    explicit play(session_options options, bool typed = false)
        : front{io, typed},
          talk{io.get_executor(), std::move(options), front, [this] { return std::make_unique<fake_client>(server); }}
    {
    }

    void begin()
    {
        asio::co_spawn(io, talk.run(), [this](std::exception_ptr) { over = true; });
        turn();
    }

    // Asio looks at its timers when the first is due by a time of the kernel's, or when a new one becomes the first.
    void turn()
    {
        asio::basic_waitable_timer<client::clock> first{io, client::clock::time_point{}};
        bool looked = false;
        first.async_wait([&](chatroom::error_code) { looked = true; });
        io.restart();
        while (!looked) {
            io.run_one();
        }
        io.poll();
    }

    void after(std::chrono::milliseconds time)
    {
        pass(time);
        turn();
    }

    void says(const std::string& line)
    {
        front.lines.push_back(line);
        front.changed.notify();
        turn();
    }

    void ends()
    {
        front.end_lines();
        turn();
    }

    void comes_back(const std::string& text) { is_heard("1.1.1.1:1", text); }

    void is_heard(const std::string& sender, const std::string& text)
    {
        server.to_hear.push_back({sender, text});
        server.changed.notify();
        turn();
    }

    void server_goes()
    {
        server.up = server.connected = false;
        server.changed.notify();
        turn();
    }

    asio::io_context io;
    server_side server{io};
    fake_front front;
    session talk;
    bool over = false;
};

}  // namespace client
