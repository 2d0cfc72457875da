// SPDX-License-Identifier: BSL-1.0
#include "udp_room_fixture.hpp"

using namespace chatroom;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(udp_room_heartbeat)

BOOST_AUTO_TEST_CASE(at_exactly_ten_seconds_of_silence_a_member_still_is_one_and_then_no_more)
{
    udp_room_fixture h;
    auto ann = h.enter();
    h.time->advance(5s);
    auto bob = h.enter();
    h.time->advance(5s);
    BOOST_TEST(!h.room.publish("at ten seconds"));
    BOOST_TEST(ann.hear() == "*\nat ten seconds");
    BOOST_TEST(bob.hear() == "*\nat ten seconds");
    h.time->advance(1ms);
    BOOST_TEST(h.events->saw("left heartbeat_timeout"));
    BOOST_TEST(h.room.members() == 1u);
    BOOST_TEST(!h.room.publish("later"));
    BOOST_TEST(bob.hear() == "*\nlater");
    BOOST_TEST(ann.heard_nothing());
}

BOOST_AUTO_TEST_CASE(to_the_tick_of_the_clock_ten_seconds_of_silence_are_not_too_many_and_one_tick_more_is)
{
    udp_room_fixture h{{}, {}, 0};
    udp_test_client ann{h.at};
    udp_test_client bob{h.at};
    udp_test_client eve{h.at};
    for (auto* one : {&ann, &bob, &eve}) {  // a tick apart: when one of them goes, the next is at exactly ten seconds
        one->say("#ping#");
        h.settle();
        h.time->advance(1ns);
    }
    h.time->advance(10s - 3ns);
    h.settle();
    BOOST_TEST(h.room.members() == 3u);  // ann is at ten seconds
    h.time->advance(1ns);
    h.settle();
    BOOST_TEST(h.room.members() == 2u);  // and now it is bob who is
    h.time->advance(1ns);
    eve.say("#ping#");  // at her very last moment
    h.settle();
    h.time->advance(10ms);  // no more than that is between two that go one by one
    h.settle();
    BOOST_TEST(h.room.members() == 1u);
    h.time->advance(10s - 10ms);
    h.settle();
    BOOST_TEST(h.room.members() == 1u);
    h.time->advance(1ns);
    h.settle();
    BOOST_TEST(h.room.members() == 0u);
    BOOST_TEST(h.events->times("left heartbeat_timeout") == 3);
}

BOOST_AUTO_TEST_CASE(any_datagram_of_a_member_keeps_it_and_an_expired_one_comes_back_by_heartbeat)
{
    udp_room_fixture h;
    auto ann = h.enter();
    h.time->advance(9s);
    ann.say("I am here");
    BOOST_TEST(ann.hear() == by(ann, "I am here"));
    h.time->advance(9s);
    BOOST_TEST(!h.room.publish("so she is"));
    BOOST_TEST(ann.hear() == "*\nso she is");
    h.time->advance(2s);
    BOOST_TEST(h.events->saw("left heartbeat_timeout"));
    ann.say("hello?");
    BOOST_TEST(h.events->saw("refused not_a_member"));
    ann.say("#ping#");
    BOOST_TEST(h.events->saw("joined", 2));
}

BOOST_AUTO_TEST_CASE(a_process_that_stood_still_expels_nobody_whose_heartbeat_waits)
{
    udp_room_fixture h{{}, {}, 0};
    udp_test_client ann{h.at};
    udp_test_client bob{h.at};
    ann.say("#ping#");
    bob.say("#ping#");
    h.settle();
    BOOST_REQUIRE(h.events->times("joined") == 2);
    ann.say("#ping#");  // it waits in the socket, while the time goes by
    h.time->advance(1h);
    h.settle();
    BOOST_TEST(h.events->times("left heartbeat_timeout") == 1);
    BOOST_TEST(!h.room.publish("who is here?"));
    h.settle();
    BOOST_TEST(ann.hear() == "*\nwho is here?");
    BOOST_TEST(bob.heard_nothing());
}

BOOST_AUTO_TEST_CASE(a_crowd_that_falls_silent_goes_as_a_crowd)
{
    udp_room_options options;
    options.members.max_members_per_address = 0;
    udp_room_fixture h{options};
    std::vector<udp_test_client> crowd;
    for (int i = 0; i < 300; ++i) {
        crowd.emplace_back(h.at).say("#ping#");
    }
    BOOST_TEST(h.events->saw("joined", 300));
    udp_test_client ann{h.at};
    ann.say("#ping#");
    BOOST_TEST(h.events->saw("joined", 301));
    h.time->advance(6s);
    ann.say("#ping#");
    ann.say("still here");
    BOOST_TEST(ann.hear() == by(ann, "still here"));
    h.time->advance(4s);
    BOOST_TEST(advance_until(*h.time, 10ms, [&h] { return h.events->times("left heartbeat_timeout") == 300; }));
    BOOST_TEST(h.room.members() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
