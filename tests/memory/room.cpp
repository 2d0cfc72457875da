// SPDX-License-Identifier: BSL-1.0
#include "each.hpp"
#include "oom_fixture.hpp"
#include "random_seed.hpp"

#include <random>

using namespace memory;

namespace {

/// What goes on while memory is refused, brought to a quiet end within. A guest, if there is one, is in before.
struct phase {
    std::string_view name;
    int guest;  // -1: none; else its receive buffer, 0 is the system's choice
    void (*act)(stage&);
};

const std::vector<phase> phases{
    {"accept and join", -1,
     [](stage& s) {
         s.guest = std::make_unique<recorded_member>(s.at);
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
         s.guest = std::make_unique<recorded_member>(s.at);
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
         s.guest->reset();
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
    refuse_each(phases, 20, [](const phase& p, long nth, long run) { return play(p, 1, nth, run); });
}

BOOST_AUTO_TEST_CASE(with_two_threads_and_any_allocations_refused_the_room_goes_on)
{
    std::mt19937 random{random_seed()};
    const auto pick = [&random](long most) { return std::uniform_int_distribution<long>{1, most}(random); };
    const auto end = std::chrono::steady_clock::now() + 5s;
    while (std::chrono::steady_clock::now() < end) {
        const auto& p = phases[static_cast<std::size_t>(pick(static_cast<long>(phases.size()))) - 1];
        play(p, 2, pick(20), pick(6));
    }
}

BOOST_AUTO_TEST_SUITE_END()
