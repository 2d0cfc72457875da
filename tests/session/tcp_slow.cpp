// SPDX-License-Identifier: BSL-1.0
#include "room_fixture.hpp"

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(tcp_room_slow)

BOOST_AUTO_TEST_CASE(a_member_that_stops_reading_is_cut_and_the_others_lose_nothing)
{
    tcp_room_options options;
    options.members.rate = 0;
    options.server.send_buffer = 8 * 1024;
    room_fixture h{options, {.max_message = 4096, .log_bytes = 256 * 1024}};
    auto stalled = h.enter(4096);
    auto ann = h.enter();
    const std::string block(3000, 'x');
    int n = 0;
    while (h.events->times("left slow_consumer") == 0 && n < 20'000) {
        ann.say(std::to_string(n) + block + "\n");
        BOOST_REQUIRE(ann.hear() == std::to_string(n) + block);
        ++n;
        if (n % 20 == 0) {
            h.time->advance(1s);  // it holds the speakers for a second, and then no more
        }
        if (n > 200 && h.events->times("left slow_consumer") == 0) {
            h.time->advance(10s);  // the drain time of the stalled one
        }
    }
    BOOST_TEST(h.events->times("left slow_consumer") == 1);
    BOOST_TEST(n < 2000);
    BOOST_TEST(h.room.members() == 1u);
}

BOOST_AUTO_TEST_CASE(one_that_may_skip_is_told_how_many_it_missed_and_goes_on)
{
    tcp_room_options options;
    options.members.rate = 0;
    options.server.send_buffer = 8 * 1024;
    options.members.slow_consumer = slow_consumer_policy::skip;
    room_fixture h{options, {.max_message = 4096, .log_bytes = 256 * 1024}};
    auto stalled = h.enter(4096);
    auto ann = h.enter();
    const std::string block(3000, 'x');
    int n = 0;
    while (h.events->times("skipped") == 0 && n < 2000) {
        ann.say(std::to_string(n) + block + "\n");
        BOOST_REQUIRE(ann.hear() == std::to_string(n) + block);
        if (++n % 20 == 0) {
            h.time->advance(1s);
        }
    }
    BOOST_TEST(h.events->saw("skipped"));
    int heard = 0;
    int missed = 0;
    while (heard + missed < n) {
        const auto sender = stalled.line();
        const auto text = stalled.line();
        if (sender == "*") {
            missed += std::stoi(text.substr(text.find(':') + 2));
        } else if (sender == ann.label() && text != "hello") {
            BOOST_REQUIRE(text == std::to_string(heard + missed) + block);
            ++heard;
        } else {
            BOOST_REQUIRE(text == "hello");
        }
    }
    BOOST_TEST(missed > 0);
    BOOST_TEST(heard + missed == n);
}

BOOST_AUTO_TEST_CASE(a_speaker_that_never_pauses_costs_no_reader_its_place)
{
    tcp_room_options options;
    options.members.rate = 0;
    room_fixture h{options, {.max_message = 4096, .log_bytes = 256 * 1024}};
    auto ann = h.enter();
    auto bob = h.enter();
    constexpr int all = 5000;
    std::jthread speaking{[&] {
        for (int i = 0; i < all; ++i) {
            ann.say(std::to_string(i) + std::string(1000, 'x') + "\n");
        }
    }};
    std::jthread echo{[&] {
        for (int i = 0; i < all + 1; ++i) {
            ann.hear();
        }
    }};
    for (int i = 0; i < all; ++i) {
        BOOST_REQUIRE(bob.hear() == std::to_string(i) + std::string(1000, 'x'));
    }
    BOOST_TEST(h.events->times("left slow_consumer") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
