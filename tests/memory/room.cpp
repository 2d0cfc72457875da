// SPDX-License-Identifier: BSL-1.0
#include "house.hpp"
#include "refusal.hpp"

#include <chatroom/room/room_state.hpp>

#include <cstdio>
#include <cstdlib>
#include <random>

using namespace chatroom;
using namespace std::chrono_literals;

namespace {

/// Counts, and needs no memory for it.
struct counter final : observer {
    void joined(member_id, std::string_view) override { ++in; }
    void left(member_id, std::string_view, reason) override { ++out; }
    void refused(std::string_view, reason) override { ++never_in; }
    std::atomic<int> in{0};
    std::atomic<int> out{0};
    std::atomic<int> never_in{0};
};

/// A member that writes down what it hears.
class member {
  public:
    explicit member(const asio::ip::tcp::endpoint& at, int receive_buffer = 0) : person_{at, receive_buffer} {}

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
    void slam()
    {
        person_.slam();
        gone_ = true;
    }

  private:
    person person_;
    std::vector<std::string> heard_;
    bool gone_ = false;
};

/// A room whose server's threads may be refused memory.
class stage {
  public:
    explicit stage(std::size_t threads)
    {
        tcp_room_options options;
        options.rate = 0;
        options.server.shards = threads;
        options.server.send_buffer = 8 * 1024;
        tcp.emplace(io.get_executor(), room, options);
        at = tcp->listen({asio::ip::address_v4::loopback(), 0});
        asio::co_spawn(io, to_the_end(*this), asio::detached);
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

    std::unique_ptr<member> enter(int receive_buffer = 0)
    {
        auto one = std::make_unique<member>(at, receive_buffer);
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
    std::unique_ptr<member> ann;
    std::unique_ptr<member> bob;
    std::unique_ptr<member> guest;
    std::vector<std::unique_ptr<member>> kept;

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

/// What goes on while memory is refused, brought to a quiet end within. A guest, if there is one, is in before.
struct phase {
    std::string_view name;
    int guest;  // -1: none; else its receive buffer, 0 is the system's choice
    void (*act)(stage&);
};

const std::vector<phase> phases{
    {"accept and join", -1,
     [](stage& s) {
         s.guest = std::make_unique<member>(s.at);
         ++s.callers;
         s.guest->say("hello\n");
         s.guest->hear("hello");
     }},
    {"talk", -1,
     [](stage& s) {
         for (auto* one : {s.ann.get(), s.bob.get()}) {
             one->say("word\n");
             one->hear("word");
         }
     }},
    {"a text for the quiet gap", -1,
     [](stage& s) {
         s.guest = std::make_unique<member>(s.at);
         ++s.callers;
         s.guest->say("no newline");
         s.guest->hear("no newline");
     }},
    {"broadcast to a blocked member", 4096,
     [](stage& s) {
         const std::string block(3000, 'x');
         for (int i = 0; i < 30 && !s.ann->gone(); ++i) {
             const auto text = std::to_string(i) + block;
             s.ann->say(text + "\n");
             s.ann->hear(text);
         }
         refusal::disarm();  // it may have waited for memory
         s.guest->say("here\n");
         s.guest->hear("here");
     }},
    {"leave", 0,
     [](stage& s) {
         s.guest->say("last\n/quit\n");
         while (!s.guest->gone()) {
             s.guest->hear("");
         }
     }},
    {"reset", 0,
     [](stage& s) {
         s.guest->say("dropped");
         s.guest->slam();
         s.bob->say("word\n");
         s.bob->hear("word");
     }},
    {"stop", 0,
     [](stage& s) {
         const refusal::here here;
         s.tcp->stop();
     }},
};

/// Returns how many allocations were refused.
long play(const phase& p, std::size_t threads, long nth, long run)
{
    const auto what = std::string{p.name} + ", " + std::to_string(run) + " refused from number " + std::to_string(nth) +
                      " on, threads: " + std::to_string(threads);
    const watchdog barks{what};
    long refused = 0;
    BOOST_TEST_CONTEXT(what)
    {
        stage s{threads};
        if (p.guest >= 0) {
            s.guest = s.enter(p.guest);
        }
        refusal::arm(nth, run);
        p.act(s);
        if (p.name == "stop") {
            s.end();
            return refusal::disarm();
        }
        refused = refusal::disarm();
        s.check();
        s.tcp->stop();
        s.end();
    }
    return refused;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(memory_room)

// One server thread, every allocation in turn: alone, and with some that follow. A flush that is refused is tried again
// each second, and costs the room that second.
BOOST_AUTO_TEST_CASE(whichever_allocation_is_refused_the_room_goes_on)
{
    for (const long run : {1L, 3L, 6L}) {
        long total = 0;
        for (const auto& p : phases) {
            long nth = 1;
            while (play(p, 1, nth, run) != 0) {
                ++nth;
            }
            total += nth - 1;
            BOOST_TEST_MESSAGE(p.name << ": " << nth - 1 << " allocations, " << run << " refused");
        }
        BOOST_TEST(total > 20);  // else it tests nothing
    }
}

BOOST_AUTO_TEST_CASE(with_two_threads_and_any_allocations_refused_the_room_goes_on)
{
    const auto seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed)
    {
        std::mt19937 random{seed};
        const auto pick = [&random](long most) { return std::uniform_int_distribution<long>{1, most}(random); };
        const auto end = std::chrono::steady_clock::now() + 5s;
        while (std::chrono::steady_clock::now() < end) {
            const auto& p = phases[static_cast<std::size_t>(pick(static_cast<long>(phases.size()))) - 1];
            play(p, 2, pick(20), pick(6));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
