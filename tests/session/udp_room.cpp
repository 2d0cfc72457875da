// SPDX-License-Identifier: BSL-1.0
#include "udp_house.hpp"

#include <chatroom/room/room_state.hpp>

#include <set>

using namespace chatroom;
using namespace std::chrono_literals;

namespace {

std::string by(udp_person& who, const std::string& text)
{
    return who.label() + '\n' + text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(udp_room_talk)

BOOST_AUTO_TEST_CASE(a_heartbeat_makes_a_member_and_its_words_reach_everybody_with_its_address)
{
    udp_house h;
    auto ann = h.enter();
    auto bob = h.enter();
    ann.say("hi");
    BOOST_TEST(ann.hear() == by(ann, "hi"));
    BOOST_TEST(bob.hear() == by(ann, "hi"));
    BOOST_TEST(h.room.members() == 2u);
}

BOOST_AUTO_TEST_CASE(who_is_no_member_is_not_heard_and_hears_nothing)
{
    udp_house h;
    auto ann = h.enter();
    udp_person eve{h.at};
    eve.say("psst");
    BOOST_TEST(h.events->saw("refused not_a_member"));
    ann.say("hi");
    BOOST_TEST(ann.hear() == by(ann, "hi"));
    BOOST_TEST(eve.heard_nothing());
}

BOOST_AUTO_TEST_CASE(quit_ends_a_membership_at_once_and_what_is_owed_comes_first)
{
    udp_house h;
    auto ann = h.enter();
    auto bob = h.enter();
    ann.say("last words\n/quit\nafter that");
    BOOST_TEST(h.events->saw("left quit"));
    BOOST_TEST(ann.hear() == by(ann, "last words"));
    BOOST_TEST(h.events->saw("refused not_a_member"));
    bob.say("hi");
    BOOST_TEST(bob.hear() == by(ann, "last words"));
    BOOST_TEST(bob.hear() == by(bob, "hi"));
    BOOST_TEST(ann.heard_nothing());
    BOOST_TEST(h.room.members() == 1u);
}

BOOST_AUTO_TEST_CASE(each_line_of_a_datagram_is_a_message_and_none_can_forge_a_sender)
{
    udp_house h;
    auto ann = h.enter();
    ann.say("one\n*\r\n1.2.3.4:5\nevil");
    for (const auto* text : {"one", "*", "1.2.3.4:5", "evil"}) {
        BOOST_TEST(ann.hear() == by(ann, text));
    }
}

BOOST_AUTO_TEST_CASE(a_longer_message_goes_out_as_several_datagrams_cut_between_code_points)
{
    udp_house h;
    auto ann = h.enter();
    std::string text;
    for (int i = 0; i < 1000; ++i) {
        text += "\u20ac";
    }
    BOOST_TEST(!h.room.publish("1.2.3.4:5", text));
    BOOST_TEST(!h.room.publish("1.2.3.4:5", "short"));
    std::string joined;
    for (auto heard = ann.hear(); heard != "1.2.3.4:5\nshort"; heard = ann.hear()) {
        BOOST_REQUIRE(heard.size() <= 1024);
        BOOST_REQUIRE(heard.starts_with("1.2.3.4:5\n"));
        BOOST_REQUIRE((heard.size() - 10) % 3 == 0);
        joined += heard.substr(10);
    }
    BOOST_TEST(joined == text);
}

BOOST_AUTO_TEST_CASE(odd_datagrams_harm_nobody)
{
    udp_house h;
    auto ann = h.enter();
    ann.say("");
    ann.say(std::string(1, '\0'));
    ann.say("\n\n");
    ann.say(std::string(60'000, 'x'));
    BOOST_TEST(ann.hear() == "*\nyour message is too long and was not passed on");
    ann.say("a\xff\x1b[2Jb");
    BOOST_TEST(ann.hear() == by(ann, "a\ufffd[2Jb"));
    BOOST_TEST(h.events->times("dropped") == 1);
    BOOST_TEST(h.room.members() == 1u);
}

BOOST_AUTO_TEST_CASE(a_joiner_may_hear_the_last_messages_also_while_others_are_being_served)
{
    udp_room_options options;
    options.replay = 2;
    udp_house h{options};
    for (const auto* text : {"one", "two", "three"}) {
        BOOST_TEST(!h.room.publish(text));
    }
    auto ann = h.enter();
    BOOST_TEST(ann.hear() == "*\ntwo");
    BOOST_TEST(ann.hear() == "*\nthree");
    BOOST_TEST(!h.room.publish("four"));
    BOOST_TEST(ann.hear() == "*\nfour");
    auto bob = h.enter();
    BOOST_TEST(bob.hear() == "*\nthree");
    BOOST_TEST(bob.hear() == "*\nfour");
    BOOST_TEST(!h.room.publish("five"));
    BOOST_TEST(bob.hear() == "*\nfive");
    BOOST_TEST(ann.hear() == "*\nfive");
}

BOOST_AUTO_TEST_CASE(members_over_tcp_and_udp_hear_one_order)
{
    house h;
    udp_room udp{h.io.get_executor(), h.room, {}, nullptr, h.time};
    const auto at = udp.listen({boost::asio::ip::address_v4::loopback(), 0});
    boost::asio::co_spawn(h.io, udp.run(), boost::asio::detached);
    auto ann = h.enter();
    udp_person bob{at};
    bob.say("#ping#");
    BOOST_TEST(h.events->saw("joined", 2));
    std::jthread talking{[&] {
        for (int i = 0; i < 50; ++i) {
            ann.say("tcp " + std::to_string(i) + '\n');
        }
    }};
    std::vector<std::string> by_tcp;
    std::vector<std::string> by_udp;
    for (int i = 0; i < 50; ++i) {
        bob.say("udp " + std::to_string(i));
        for (bool back = false; !back;) {  // no more under way than a receive buffer holds
            by_udp.push_back(bob.hear());
            BOOST_REQUIRE(by_udp.back() != "(nothing)");
            back = by_udp.back() == by(bob, "udp " + std::to_string(i));
        }
    }
    while (by_udp.size() < 100) {
        by_udp.push_back(bob.hear());
        BOOST_REQUIRE(by_udp.back() != "(nothing)");
    }
    while (by_tcp.size() < 100) {
        const auto sender = ann.line();
        by_tcp.push_back(sender + '\n' + ann.line());
    }
    BOOST_TEST(by_tcp == by_udp, boost::test_tools::per_element());
    udp.close();
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(udp_room_heartbeat)

BOOST_AUTO_TEST_CASE(at_exactly_ten_seconds_of_silence_a_member_still_is_one_and_then_no_more)
{
    udp_house h;
    auto ann = h.enter();
    h.time->advance(5s);
    auto bob = h.enter();
    h.time->advance(5s);
    BOOST_TEST(!h.room.publish("at ten seconds"));
    BOOST_TEST(ann.hear() == "*\nat ten seconds");
    BOOST_TEST(bob.hear() == "*\nat ten seconds");
    h.time->advance(1ms);
    BOOST_TEST(h.events->saw("left expired"));
    BOOST_TEST(h.room.members() == 1u);
    BOOST_TEST(!h.room.publish("later"));
    BOOST_TEST(bob.hear() == "*\nlater");
    BOOST_TEST(ann.heard_nothing());
}

BOOST_AUTO_TEST_CASE(to_the_tick_of_the_clock_ten_seconds_of_silence_are_not_too_many_and_one_tick_more_is)
{
    udp_house h{{}, {}, 0};
    const auto settle = [&] {
        for (int i = 0; i < 100; ++i) {
            h.io.poll();
        }
    };
    udp_person ann{h.at};
    udp_person bob{h.at};
    udp_person eve{h.at};
    for (auto* one : {&ann, &bob, &eve}) {  // a tick apart: when one of them goes, the next is at exactly ten seconds
        one->say("#ping#");
        settle();
        h.time->advance(1ns);
    }
    h.time->advance(10s - 3ns);
    settle();
    BOOST_TEST(h.room.members() == 3u);  // ann is at ten seconds
    h.time->advance(1ns);
    settle();
    BOOST_TEST(h.room.members() == 2u);  // and now it is bob who is
    h.time->advance(1ns);
    eve.say("#ping#");  // at her very last moment
    settle();
    h.time->advance(10ms);  // no more than that is between two that go one by one
    settle();
    BOOST_TEST(h.room.members() == 1u);
    h.time->advance(10s - 10ms);
    settle();
    BOOST_TEST(h.room.members() == 1u);
    h.time->advance(1ns);
    settle();
    BOOST_TEST(h.room.members() == 0u);
    BOOST_TEST(h.events->times("left expired") == 3);
}

BOOST_AUTO_TEST_CASE(any_datagram_of_a_member_keeps_it_and_an_expired_one_comes_back_by_heartbeat)
{
    udp_house h;
    auto ann = h.enter();
    h.time->advance(9s);
    ann.say("I am here");
    BOOST_TEST(ann.hear() == by(ann, "I am here"));
    h.time->advance(9s);
    BOOST_TEST(!h.room.publish("so she is"));
    BOOST_TEST(ann.hear() == "*\nso she is");
    h.time->advance(2s);
    BOOST_TEST(h.events->saw("left expired"));
    ann.say("hello?");
    BOOST_TEST(h.events->saw("refused not_a_member"));
    ann.say("#ping#");
    BOOST_TEST(h.events->saw("joined", 2));
}

BOOST_AUTO_TEST_CASE(a_process_that_stood_still_expels_nobody_whose_heartbeat_waits)
{
    udp_house h{{}, {}, 0};
    const auto settle = [&] {
        for (int i = 0; i < 100; ++i) {
            h.io.poll();
        }
    };
    udp_person ann{h.at};
    udp_person bob{h.at};
    ann.say("#ping#");
    bob.say("#ping#");
    settle();
    BOOST_REQUIRE(h.events->times("joined") == 2);
    ann.say("#ping#");  // it waits in the socket, while the time goes by
    h.time->advance(1h);
    settle();
    BOOST_TEST(h.events->times("left expired") == 1);
    BOOST_TEST(!h.room.publish("who is here?"));
    settle();
    BOOST_TEST(ann.hear() == "*\nwho is here?");
    BOOST_TEST(bob.heard_nothing());
}

BOOST_AUTO_TEST_CASE(a_crowd_that_falls_silent_goes_as_a_crowd)
{
    udp_room_options options;
    options.max_members_per_address = 0;
    udp_house h{options};
    std::vector<udp_person> crowd;
    for (int i = 0; i < 300; ++i) {
        crowd.emplace_back(h.at).say("#ping#");
    }
    BOOST_TEST(h.events->saw("joined", 300));
    udp_person ann{h.at};
    ann.say("#ping#");
    BOOST_TEST(h.events->saw("joined", 301));
    h.time->advance(6s);
    ann.say("#ping#");
    ann.say("still here");
    BOOST_TEST(ann.hear() == by(ann, "still here"));
    for (int i = 0; i < 100 && h.events->times("left expired") < 300; ++i) {
        h.time->advance(i == 0 ? 4s + 1ms : 10ms);
        std::this_thread::sleep_for(1ms);
    }
    BOOST_TEST(h.events->saw("left expired", 300));
    BOOST_TEST(h.room.members() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(udp_room_limits)

BOOST_AUTO_TEST_CASE(a_bare_heartbeat_from_a_network_that_is_not_trusted_is_never_answered)
{
    udp_room_options options;
    options.trust = {"10.0.0.0/8"};
    options.max_members = 1;
    udp_house h{options};
    udp_person eve{h.at};
    eve.say("#ping#");
    BOOST_TEST(h.events->saw("refused not_trusted"));
    BOOST_TEST(h.room.members() == 0u);
    BOOST_TEST(eve.heard_nothing());
}

BOOST_AUTO_TEST_CASE(a_full_room_and_a_full_address_say_so_and_the_members_stay)
{
    udp_room_options options;
    options.max_members = 2;
    udp_house h{options};
    auto ann = h.enter();
    auto bob = h.enter();
    udp_person eve{h.at};
    eve.say("#ping#");
    BOOST_TEST(eve.hear() == "*\nthe room is full");
    BOOST_TEST(h.events->saw("refused room_full"));
    ann.say("/quit");
    BOOST_TEST(h.events->saw("left quit"));
    eve.say("#ping#");
    BOOST_TEST(h.events->saw("joined", 3));

    options.max_members = 0;
    options.max_members_per_address = 1;
    udp_house narrow{options};
    auto dan = narrow.enter();
    udp_person eva{narrow.at};
    eva.say("#ping#");
    BOOST_TEST(eva.hear() == "*\ntoo many members from your address");
    BOOST_TEST(narrow.events->saw("refused address_full"));
    BOOST_TEST(narrow.room.members() == 1u);
}

BOOST_AUTO_TEST_CASE(above_its_rate_a_members_words_are_lost_counted_and_told_once_a_minute)
{
    udp_room_options options;
    options.rate = 1;
    options.burst = 2;
    udp_house h{options};
    auto ann = h.enter();
    ann.say("1\n2\n3\n4");
    // The notice goes out while the datagram is being read, and so before the messages.
    BOOST_TEST(ann.hear() == "*\nyou are sending faster than this room allows: some of your messages are lost");
    BOOST_TEST(ann.hear() == by(ann, "1"));
    BOOST_TEST(ann.hear() == by(ann, "2"));
    BOOST_TEST(h.events->saw("dropped", 2));
    h.time->advance(1s);
    ann.say("5");
    BOOST_TEST(ann.hear() == by(ann, "5"));
}

BOOST_AUTO_TEST_CASE(an_admission_that_says_no_is_not_answered)
{
    boost::asio::io_context io;
    const auto events = std::make_shared<witness>();
    room r{{}, events};
    udp_room udp{io.get_executor(), r, {}, [](const auto& peer) { return peer.port() == 0; }};
    const auto at = udp.listen({boost::asio::ip::address_v4::loopback(), 0});
    boost::asio::co_spawn(io, udp.run(), boost::asio::detached);
    std::jthread thread{[&] { io.run(); }};
    udp_person ann{at};
    ann.say("#ping#");
    BOOST_TEST(events->saw("refused turned_away"));
    BOOST_TEST(ann.heard_nothing());
    udp.close();
}

BOOST_AUTO_TEST_CASE(a_member_whom_the_log_has_left_behind_skips_and_it_is_counted)
{
    udp_house h{{}, {.max_message = 4096, .log_bytes = 256 * 1024}, 0};
    udp_person ann{h.at};
    ann.say("#ping#");
    for (int i = 0; i < 100; ++i) {
        h.io.poll();
    }
    BOOST_REQUIRE(h.events->times("joined") == 1);
    const auto state = h.room.state();
    for (int i = 0; i < 600; ++i) {  // past the gate, since nobody serves the member meanwhile
        BOOST_REQUIRE(!state->publish(room_itself, "*", std::string(1000, 'x')));
    }
    BOOST_REQUIRE(!state->publish(room_itself, "*", "the end"));
    std::string heard;
    for (int i = 0; i < 100'000 && heard != "*\nthe end"; ++i) {
        h.io.poll();
        if (!ann.heard_nothing()) {
            heard = ann.hear();
        }
    }
    BOOST_TEST(heard == "*\nthe end");
    BOOST_TEST(h.events->times("skipped") == 1);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(udp_room_ends)

BOOST_AUTO_TEST_CASE(stop_delivers_what_was_said_tells_everybody_and_ends_the_run)
{
    udp_house h;
    auto ann = h.enter();
    auto bob = h.enter();
    BOOST_TEST(!h.room.publish("last"));
    h.udp->stop();
    for (auto* p : {&ann, &bob}) {
        BOOST_TEST(p->hear() == "*\nlast");
        BOOST_TEST(p->hear() == "*\nthe room is closing");
    }
    BOOST_TEST(h.events->saw("left drained", 2));
    h.join();
    BOOST_TEST(h.ended);
    BOOST_TEST(h.room.members() == 0u);
}

BOOST_AUTO_TEST_CASE(a_room_that_is_stopped_lets_go_over_udp_and_refuses_who_comes_then)
{
    udp_house h;
    auto ann = h.enter();
    h.room.stop();
    BOOST_TEST(ann.hear() == "*\nthe room is closing");
    BOOST_TEST(h.events->saw("left drained"));
    ann.say("#ping#");
    BOOST_TEST(ann.hear() == "*\nthe room is closing");
    BOOST_TEST(h.events->saw("refused drained"));
}

BOOST_AUTO_TEST_CASE(close_and_a_drain_time_of_nothing_go_at_once_and_without_a_word)
{
    for (const bool insists : {true, false}) {
        udp_room_options options;
        options.drain = 0ms;
        udp_house h{options};
        auto ann = h.enter();
        insists ? h.udp->close() : h.udp->stop();
        BOOST_TEST(h.events->saw("left drained"));
        h.join();
        BOOST_TEST(h.ended);
        BOOST_TEST(ann.hear() != "*\nthe room is closing");  // connection refused, by now
    }
}

BOOST_AUTO_TEST_CASE(everything_may_be_destroyed_with_members_in_it)
{
    auto io = std::make_unique<boost::asio::io_context>();
    room r;
    auto udp = std::make_unique<udp_room>(io->get_executor(), r);
    const auto at = udp->listen({boost::asio::ip::address_v4::loopback(), 0});
    boost::asio::co_spawn(*io, udp->run(), boost::asio::detached);
    udp_person ann{at};
    ann.say("#ping#");
    while (r.members() == 0) {
        io->run_one();
    }
    BOOST_TEST(!r.publish("never sent"));
    udp.reset();
    io.reset();
    BOOST_TEST(r.members() == 0u);
}

BOOST_AUTO_TEST_CASE(a_second_room_at_the_same_port_is_told_that_it_is_in_use)
{
    udp_house h;
    boost::asio::io_context io;
    udp_room_options options;
    options.server.shards = 2;
    udp_room second{io.get_executor(), room{}, options};
    BOOST_CHECK_EXCEPTION(second.listen(h.at), boost::system::system_error,
                          [](const auto& e) { return e.code() == boost::asio::error::address_in_use; });
}

BOOST_AUTO_TEST_SUITE_END()
