// SPDX-License-Identifier: BSL-1.0
#include "session.hpp"

#include "manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <deque>
#include <utility>
#include <vector>

using namespace client;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

/// What a test and the connections that the session makes share: the server, as the test plays it.
struct server_side {
    explicit server_side(asio::io_context& io) : changed{io.get_executor()} {}

    bell changed;
    bool up = true;
    bool connected = false;
    int attempts = 0;
    std::vector<std::string> said;
    std::deque<chatroom::heard> to_hear;
};

class fake_connection final : public connection {
  public:
    explicit fake_connection(server_side& server) : server_{server} {}

    asio::awaitable<void> connect(std::string, std::string) override
    {
        ++server_.attempts;
        if (!server_.up) {
            throw boost::system::system_error(asio::error::connection_refused);
        }
        server_.connected = true;
        co_return;
    }

    asio::awaitable<void> say(std::string text) override
    {
        server_.said.push_back(std::move(text));
        co_return;
    }

    asio::awaitable<std::optional<chatroom::heard>> hear() override
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
        server_.changed.ring();
    }

    [[nodiscard]] chatroom::error_code end_of() const override { return {}; }
    [[nodiscard]] std::string label() const override { return "1.1.1.1:1"; }

  private:
    server_side& server_;
};

class fake_front final : public front {
  public:
    fake_front(asio::io_context& io, bool typed) : changed{io.get_executor()}, typed_{typed} {}

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

    asio::awaitable<void> show(message) override { co_return; }
    void tell(const std::string& notice) override { told.push_back(notice); }
    void update(const condition&) override {}
    [[nodiscard]] bool typed() const override { return typed_; }
    void end_lines() override
    {
        ended = true;
        changed.ring();
    }
    void hurry() override {}
    void run() override {}
    std::string close() override { return {}; }

    bell changed;
    std::deque<std::string> lines;
    std::vector<std::string> told;
    bool ended = false;

  private:
    bool typed_;
};

/// A session between the two. Nothing waits for real: turn() does all that can be done at this time.
struct play {
    explicit play(session_options options, bool typed = false)
        : front{io, typed},
          talk{io.get_executor(), std::move(options), front,
               [this] { return std::make_unique<fake_connection>(server); }}
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
        front.changed.ring();
        turn();
    }

    void ends()
    {
        front.end_lines();
        turn();
    }

    void comes_back(const std::string& text)
    {
        server.to_hear.push_back({"1.1.1.1:1", text});
        server.changed.ring();
        turn();
    }

    void server_goes()
    {
        server.up = server.connected = false;
        server.changed.ring();
        turn();
    }

    asio::io_context io;
    server_side server{io};
    fake_front front;
    session talk;
    bool over = false;
};

session_options once()
{
    session_options options;
    return options;
}

session_options reconnecting()
{
    session_options options;
    options.reconnect = true;
    return options;
}

session_options over_udp()
{
    session_options options;
    options.pace = udp_pace;
    return options;
}

// The wait that the last notice tells, which is rounded to a tenth of a second.
std::chrono::milliseconds told_wait(const play& p)
{
    double told = -1;
    const auto& notice = p.front.told.back();
    const auto at = notice.find("; next attempt in ");
    BOOST_TEST_REQUIRE(at != notice.npos, notice);
    BOOST_TEST(std::sscanf(notice.c_str() + at, "; next attempt in %lf s", &told) == 1);
    return std::chrono::milliseconds{static_cast<int>(told * 1000 + 0.5)};
}

// A server that is away: each attempt comes when it was told, and no later than the ceiling.
void attempts_come_as_told(play& p, std::initializer_list<std::chrono::milliseconds> ceilings)
{
    for (const auto ceiling : ceilings) {
        const auto wait = told_wait(p);
        const auto before = p.server.attempts;
        BOOST_TEST(wait.count() <= ceiling.count());
        p.after(std::max(wait - 51ms, 0ms));
        if (wait > 51ms) {
            BOOST_TEST(p.server.attempts == before);
        }
        p.after(102ms);
        BOOST_TEST(p.server.attempts == before + 1);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client_session)

BOOST_AUTO_TEST_CASE(after_a_loss_attempts_come_when_they_were_told_up_to_ceilings_that_double_to_30_s)
{
    play p{reconnecting(), true};
    p.begin();
    BOOST_TEST(p.server.attempts == 1);
    p.server_goes();
    attempts_come_as_told(p, {1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s});
    p.server.up = true;
    p.after(30s);
    BOOST_TEST(p.front.told.back() == "again in the room at 127.0.0.1 port 9001");
}

BOOST_AUTO_TEST_CASE(a_server_that_takes_and_drops_is_called_less_and_less_until_it_has_held_for_30_s)
{
    play p{reconnecting(), true};
    p.begin();
    for (const auto ceiling : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        p.server_goes();
        const auto wait = told_wait(p);
        BOOST_TEST(wait.count() <= std::chrono::milliseconds{ceiling}.count());
        p.server.up = true;
        p.after(wait + 51ms);
        BOOST_TEST(p.server.connected);
    }
    p.after(30s);
    p.server_goes();
    BOOST_TEST(told_wait(p).count() <= 1000);
}

BOOST_AUTO_TEST_CASE(what_was_typed_meanwhile_is_said_once_and_in_order_and_the_101st_is_refused)
{
    play p{reconnecting(), true};
    p.begin();
    p.server_goes();
    for (int i = 0; i < 101; ++i) {
        p.says(std::to_string(i));
    }
    BOOST_TEST(p.front.told.back() == "not kept, since 100 messages wait already: 100");
    BOOST_TEST(p.server.said.empty());
    p.server.up = true;
    p.after(1s);
    BOOST_TEST_REQUIRE(p.server.said.size() == 100u);
    for (int i = 0; i < 100; ++i) {
        BOOST_TEST(p.server.said[static_cast<std::size_t>(i)] == std::to_string(i));
        p.comes_back(std::to_string(i));
    }
    p.after(1h);
    BOOST_TEST(p.server.said.size() == 100u);
}

BOOST_AUTO_TEST_CASE(a_word_that_does_not_come_back_is_given_up_after_5_s_and_not_before)
{
    play p{once()};
    p.begin();
    p.says("hi");
    p.ends();
    p.after(4999ms);
    BOOST_TEST(!p.over);
    p.after(1ms);
    BOOST_TEST(p.over);
    BOOST_TEST((p.talk.result() == exit_code::unheard));
    BOOST_TEST(p.talk.complaint() ==
               "1 message did not come back from the room: nothing came from 127.0.0.1 port 9001; "
               "is a chatroom-server with --tcp there?");
}

BOOST_AUTO_TEST_CASE(each_word_that_comes_back_gives_the_others_5_s_more)
{
    play p{once()};
    p.begin();
    for (const auto* word : {"one", "two", "three"}) {
        p.says(word);
    }
    p.ends();
    for (const auto* word : {"one", "two", "three"}) {
        p.after(4999ms);
        BOOST_TEST(!p.over);
        p.comes_back(word);
    }
    BOOST_TEST(p.over);
    BOOST_TEST((p.talk.result() == exit_code::ok));
}

BOOST_AUTO_TEST_CASE(where_a_pace_is_kept_the_burst_goes_at_once_and_the_rest_at_the_rate)
{
    play p{over_udp()};
    p.begin();
    for (int i = 0; i < 100; ++i) {
        p.says(std::to_string(i));
    }
    BOOST_TEST(p.server.said.size() == 80u);
    p.after(500ms);
    BOOST_TEST(p.server.said.size() == 89u);
    p.ends();
    for (int i = 0; i < 100; ++i) {
        p.comes_back(std::to_string(i));
        p.after(56ms);
    }
    BOOST_TEST(p.server.said.size() == 100u);
    BOOST_TEST(p.over);
    BOOST_TEST((p.talk.result() == exit_code::ok));
}

BOOST_AUTO_TEST_CASE(without_reconnect_a_loss_is_the_end)
{
    play p{once()};
    p.begin();
    p.server_goes();
    BOOST_TEST(p.over);
    BOOST_TEST((p.talk.result() == exit_code::lost));
    play never{once()};
    never.server.up = false;
    never.begin();
    BOOST_TEST(never.over);
    BOOST_TEST((never.talk.result() == exit_code::no_connection));
    BOOST_TEST(never.server.attempts == 1);
}

BOOST_AUTO_TEST_SUITE_END()
