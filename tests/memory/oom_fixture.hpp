// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "each.hpp"
#include "refusal.hpp"
#include "room/room_state.hpp"
#include "room_fixture.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace memory {

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;

/// Counts, and needs no memory for it.
struct counter final : observer {
    void joined(member_id, std::string_view) override { ++in; }
    void left(member_id, std::string_view, disconnect_reason) override { ++out; }
    void refused(std::string_view, disconnect_reason) override { ++never_in; }
    std::atomic<int> in{0};
    std::atomic<int> out{0};
    std::atomic<int> never_in{0};
};

/// A member that writes down what it hears.
class recorded_member {
  public:
    explicit recorded_member(const asio::ip::tcp::endpoint& at, int receive_buffer = 0) : person_{at, receive_buffer} {}

    void say(std::string_view bytes)
    {
        try {
            person_.say(bytes);
        } catch (const boost::system::system_error&) {
            gone_ = true;  // the server closed it; what it heard before counts
        }
    }

    /// Listens until `text` is heard, from anybody, or the room itself says a word, or the connection ends.
    std::string hear(std::string_view text)
    {
        for (;;) {
            auto sender = person_.line();
            if (sender.front() == '(') {
                gone_ = true;
                BOOST_REQUIRE_MESSAGE(sender != "(nothing)", "waiting for " << text.substr(0, 40));
                return sender;
            }
            auto said = person_.line();
            if (said.front() == '(' && said.back() == ')') {
                gone_ = true;
                BOOST_REQUIRE_MESSAGE(said != "(nothing)", "waiting for " << text.substr(0, 40));
                return said;
            }
            if (sender == "*") {
                return sender;
            }
            heard_.push_back(sender + ' ' + said);
            if (said == text) {
                return said;
            }
        }
    }

    [[nodiscard]] bool gone() const { return gone_; }
    [[nodiscard]] const std::vector<std::string>& heard() const { return heard_; }
    void close() { person_.socket().close(); }
    void reset()
    {
        person_.reset();
        gone_ = true;
    }

  private:
    test_client person_;
    std::vector<std::string> heard_;
    bool gone_ = false;
};

/// A room whose server's threads may be refused memory.
class stage {
  public:
    explicit stage(std::size_t threads)
    {
        reserve_timers(io);
        tcp_room_options options;
        options.members.rate = 0;
        options.server.shards = threads;
        options.server.connections_per_shard = 0;
        options.server.send_buffer = 8 * 1024;
        tcp.emplace(io.get_executor(), room, options);
        at = tcp->listen({asio::ip::address_v4::loopback(), 0});
        asio::co_spawn(io, to_the_end(*this), asio::detached);
        io.poll();  // it waits: from now on it asks for no memory
        for (std::size_t i = 0; i < threads; ++i) {
            threads_.emplace_back([this] {
                const refusal::here here;
                try {
                    io.run();
                } catch (...) {
                    ++escaped;
                }
            });
        }
        ann = enter();
        bob = enter();
    }

    ~stage()
    {
        refusal::disarm();
        tcp->close();
    }

    std::unique_ptr<recorded_member> enter(int receive_buffer = 0)
    {
        auto one = std::make_unique<recorded_member>(at, receive_buffer);
        ++callers;
        one->say("hello\n");
        BOOST_REQUIRE(one->hear("hello") == "hello");
        return one;
    }

    /// The pair talks, whoever was refused its place comes back, and one who never was here before is served.
    void check()
    {
        for (auto* one : {&ann, &bob}) {
            const auto word = "check " + std::to_string(++words_);
            (*one)->say(word + "\n");
            while (!(*one)->gone() && (*one)->hear(word) != word) {
            }
            if ((*one)->gone()) {
                kept.push_back(std::move(*one));
                *one = enter();
            }
        }
        auto next = enter();
        for (auto* one : {&ann, &bob}) {
            const auto word = "again " + std::to_string(++words_);
            (*one)->say(word + "\n");
            for (auto* listener : {ann.get(), bob.get(), next.get()}) {
                while (listener->hear(word) != word) {
                    BOOST_REQUIRE(!listener->gone());
                }
            }
        }
        next->say("/quit\n");
        while (!next->gone()) {
            next->hear("");
        }
        kept.push_back(std::move(next));
    }

    void end()
    {
        for (auto* one : {&ann, &bob, &guest}) {
            while (*one && !(*one)->gone()) {
                (*one)->hear("");
            }
            if (*one) {
                kept.push_back(std::move(*one));
            }
        }
        for (const auto& one : kept) {
            one->close();
        }
        threads_.clear();
        BOOST_TEST(ended);
        BOOST_TEST(escaped == 0);
        BOOST_TEST(room.members() == 0u);
        BOOST_TEST(events->in == events->out);
        BOOST_TEST(events->in + events->never_in == callers);
        compare();
    }

    /// Whatever a member heard is a piece of the log, without a gap.
    void compare()
    {
        log_view log;
        room.state()->view_since({}, log);
        std::vector<std::string> truth;
        for (auto p = log.oldest(); p != log.tail();) {
            const auto m = log.message_at(p);
            truth.push_back(std::string{m.sender} + ' ' + std::string{m.text});
            p = {p.byte + m.wire.size(), p.sequence + 1};
        }
        for (const auto& one : kept) {
            const auto& heard = one->heard();
            BOOST_TEST(
                (std::search(truth.begin(), truth.end(), heard.begin(), heard.end()) != truth.end() || heard.empty()));
        }
    }

    // The room has ended when run() completes; what co_spawn needs after that is the caller's affair.
    static asio::awaitable<void> to_the_end(stage& s)
    {
        auto running = s.tcp->run();
        co_await std::move(running);
        s.ended = true;
        refusal::disarm();
    }

    asio::io_context io;
    std::shared_ptr<counter> events = std::make_shared<counter>();
    chatroom::room room{{}, events};
    std::optional<tcp_room> tcp;
    asio::ip::tcp::endpoint at;
    std::atomic<bool> ended{false};
    std::atomic<int> escaped{0};
    int callers = 0;
    std::unique_ptr<recorded_member> ann;
    std::unique_ptr<recorded_member> bob;
    std::unique_ptr<recorded_member> guest;
    std::vector<std::unique_ptr<recorded_member>> kept;

  private:
    int words_ = 0;
    std::vector<std::jthread> threads_;
};

/// Ends the process, with a word about where, if it lives too long.
class watchdog {
  public:
    explicit watchdog(std::string what)
        : thread_{[what = std::move(what)](const std::stop_token& stop) {
              std::mutex mutex;
              std::condition_variable_any over;
              std::unique_lock lock{mutex};
              if (!over.wait_for(lock, stop, 60s, [&stop] { return stop.stop_requested(); })) {
                  std::fprintf(stderr, "hangs: %s\n", what.c_str());
                  std::abort();
              }
          }}
    {
    }

  private:
    std::jthread thread_;
};

}  // namespace memory
