// SPDX-License-Identifier: BSL-1.0
#include "each.hpp"
#include "refusal.hpp"
#include "room/room_state.hpp"
#include "udp_room_fixture.hpp"

#include <poll.h>

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;

namespace {

constexpr auto expiry = 1h;  // of a clock moved by hand
constexpr std::size_t pieces_of_a_long_word = 3;

/// Counts, and needs no memory for it.
struct counter final : observer {
    void joined(member_id, std::string_view) override { ++in; }
    void left(member_id, std::string_view, disconnect_reason why) override
    {
        ++out;
        if (why == disconnect_reason::heartbeat_timeout) {
            ++expired;
        }
    }
    std::atomic<int> in{0};
    std::atomic<int> out{0};
    std::atomic<int> expired{0};
};

/// A room over UDP whose one thread may be refused memory.
class stage {
  public:
    stage()
    {
        memory::reserve_timers(io);
        udp_room_options options;
        options.members.rate = 0;
        options.heartbeat_timeout = expiry;
        options.members.replay = 2;
        udp.emplace(io.get_executor(), room, options, time);
        at = udp->listen({asio::ip::address_v4::loopback(), 0});
        asio::co_spawn(io, to_the_end(*this), asio::detached);
        thread_ = std::jthread{[this] {
            const refusal::here here;
            try {
                io.run();
            } catch (...) {
                escaped = true;
            }
        }};
        for (auto* one : {&ann, &bob}) {
            one->emplace(at);
            enter(**one);
        }
    }

    ~stage()
    {
        refusal::disarm();
        udp->close();
    }

    /// Moves the time a little, so that what waits for a pause goes on.
    void tick() { time->advance(10ms); }

    /// A datagram that `who` hears within a moment; nothing if there is none.
    static std::string hear(udp_test_client& who)
    {
        pollfd one{who.socket().native_handle(), POLLIN, 0};
        return ::poll(&one, 1, 5) > 0 ? who.hear() : std::string{};
    }

    /// Until `done`: does `act` again, which a refusal may have undone, and lets time go by.
    template <typename Act, typename Done>
    void close_all(Act act, Done done)
    {
        for (int i = 0; i < 10'000 && !done(); ++i) {
            if (i % 50 == 0) {
                act();
            }
            tick();
            std::this_thread::sleep_for(1ms);
        }
        BOOST_REQUIRE(done());
    }

    /// `who` says it until it comes back.
    void talk(udp_test_client& who, std::string_view text)
    {
        const auto own = by(who, text);
        for (int i = 0; i < 2000; ++i) {
            who.say(text);
            for (auto heard = hear(who); !heard.empty(); heard = hear(who)) {
                if (heard == own) {
                    return;
                }
            }
            tick();
        }
        BOOST_FAIL("never heard: " << text);
    }

    void enter(udp_test_client& who)
    {
        const int before = events->in;
        close_all([&] { who.say("#ping#"); }, [&] { return events->in > before; });
    }

    /// Nobody says anything any more, nor comes, so that nothing but the alarm lets them go; and they come back.
    void all_expire()
    {
        time->advance(expiry);
        close_all([] {}, [this] { return room.members() == 0u; });
        enter(*ann);
        enter(*bob);
    }

    /// The process lives: the pair talks, and one who never was here before is served and leaves.
    void check()
    {
        udp_test_client next{at};
        enter(next);
        for (auto* one : {&*ann, &*bob, &next}) {
            talk(*one, "check " + std::to_string(++words_));
        }
        const int before = events->out;
        close_all([&] { next.say("/quit"); }, [&] { return events->out > before; });
    }

    void end()
    {
        close_all([] {}, [this] { return ended.load(); });
        thread_.join();
        BOOST_TEST(!escaped);
        BOOST_TEST(room.members() == 0u);
        BOOST_TEST(events->in == events->out);
    }

    static asio::awaitable<void> to_the_end(stage& s)
    {
        auto running = s.udp->run();
        co_await std::move(running);
        s.ended = true;
        refusal::disarm();
    }

    asio::io_context io;
    std::shared_ptr<counter> events = std::make_shared<counter>();
    std::shared_ptr<manual_clock> time = std::make_shared<manual_clock>();
    chatroom::room room{{}, events};
    std::optional<udp_room> udp;
    asio::ip::udp::endpoint at;
    std::atomic<bool> ended{false};
    std::atomic<bool> escaped{false};
    std::optional<udp_test_client> ann;
    std::optional<udp_test_client> bob;

  private:
    int words_ = 0;
    std::jthread thread_;
};

/// What goes on while memory is refused. A guest is in before, if it says so.
struct phase {
    std::string_view name;
    bool guest;
    void (*act)(stage&, udp_test_client& guest);
};

const std::vector<phase> phases{
    {"the last leave, and others join", false,
     [](stage& s, udp_test_client& guest) {
         BOOST_REQUIRE(!s.room.publish("1.2.3.4:5", "to be heard again"));
         s.close_all(
             [&s] {
                 s.ann->say("/quit");
                 s.bob->say("/quit");
             },
             [&s] { return s.events->out == 2; });
         for (auto* one : {&guest, &*s.ann, &*s.bob}) {
             s.enter(*one);
         }
     }},
    {"a word", false,
     [](stage& s, udp_test_client&) {
         s.talk(*s.ann, "word");
         s.talk(*s.bob, "word");
     }},
    {"a word in several lines, and one in several datagrams", true,
     [](stage& s, udp_test_client& guest) {
         guest.say("one\ntwo\nthree\n" + std::string(1000 * pieces_of_a_long_word, 'x'));
         s.talk(guest, "done");
     }},
    {"a broadcast", true,
     [](stage& s, udp_test_client& guest) {
         BOOST_REQUIRE(!s.room.publish("1.2.3.4:5", "to all"));
         for (auto* one : {&*s.ann, &*s.bob, &guest}) {  // a sweep that was refused is taken up: nobody goes without
             std::string heard;
             for (int i = 0; i < 1000 && heard != "1.2.3.4:5\nto all"; ++i) {
                 heard = stage::hear(*one);
                 s.tick();
             }
             BOOST_REQUIRE(heard == "1.2.3.4:5\nto all");
         }
     }},
    {"expiry", true,
     [](stage& s, udp_test_client&) {
         s.time->advance(expiry - 1min);
         s.talk(*s.ann, "still here");
         s.talk(*s.bob, "still here");
         s.time->advance(1min + 1ns);
         s.close_all([] {}, [&s] { return s.events->expired == 1; });
         BOOST_TEST(s.room.members() == 2u);
         s.all_expire();
     }},
    {"expiry in a sweep", true,
     [](stage& s, udp_test_client&) {
         s.time->advance(expiry - 1min);
         s.talk(*s.ann, "still here");
         s.talk(*s.bob, "still here");
         BOOST_REQUIRE(!s.room.publish("1.2.3.4:5", "to all"));
         s.time->advance(1min + 1ns);
         s.close_all([] {}, [&s] { return s.events->expired == 1; });
         BOOST_TEST(s.room.members() == 2u);
         s.all_expire();
     }},
    {"quit", true,
     [](stage& s, udp_test_client& guest) {
         s.close_all([&] { guest.say("last\n/quit"); }, [&s] { return s.events->out == 1; });
     }},
    {"stop", true,
     [](stage& s, udp_test_client&) {
         const refusal::here here;
         s.udp->stop();
     }},
};

/// Returns how many allocations were refused.
long play(const phase& p, long nth, long run)
{
    long refused = 0;
    BOOST_TEST_CONTEXT(p.name << ", " << run << " refused from number " << nth << " on")
    {
        stage s;
        udp_test_client guest{s.at};
        if (p.guest) {
            s.enter(guest);
        }
        refusal::arm(nth, run);
        p.act(s, guest);
        if (p.name == "stop") {
            s.end();
            return refusal::disarm();
        }
        refused = refusal::disarm();
        s.check();
        s.udp->stop();
        s.end();
    }
    return refused;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(memory_udp_room)

BOOST_AUTO_TEST_CASE(whichever_allocation_is_refused_the_room_over_udp_goes_on_and_its_members_expire_in_time)
{
    memory::refuse_each(phases, 10, play);
}

BOOST_AUTO_TEST_SUITE_END()
