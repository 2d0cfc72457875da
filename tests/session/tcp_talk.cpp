// SPDX-License-Identifier: BSL-1.0
#include "room_fixture.hpp"

#include "room/room_state.hpp"

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(tcp_room_talk)

BOOST_AUTO_TEST_CASE(a_message_reaches_every_member_the_speaker_included_to_the_byte)
{
    room_fixture h;
    auto ann = h.enter();
    auto bob = h.enter();
    BOOST_TEST(ann.line() == bob.label());
    BOOST_TEST(ann.line() == "hello");
    ann.say("hi\n");
    for (auto* p : {&ann, &bob}) {
        BOOST_TEST(p->line() == ann.label());
        BOOST_TEST(p->line() == "hi");
    }
}

BOOST_AUTO_TEST_CASE(a_text_without_newline_ends_at_the_quiet_gap)
{
    room_fixture h;
    test_client ann{h.at};
    ann.say("hello");
    BOOST_TEST(h.events->saw("joined"));
    BOOST_TEST(advance_until(*h.time, 100ms, [&h] { return h.room.state()->tail().sequence == 1; }));
    BOOST_TEST(ann.hear() == "hello");
}

BOOST_AUTO_TEST_CASE(a_line_peers_line_waits_for_its_newline_until_the_line_time_is_over)
{
    room_fixture h;
    auto ann = h.enter();
    ann.say("x\nunfinished");
    BOOST_TEST(ann.hear() == "x");
    h.time->advance(29s);
    ann.say(" business\n");
    BOOST_TEST(ann.hear() == "unfinished business");
    ann.say("y\nagain");
    BOOST_TEST(ann.hear() == "y");
    h.time->advance(30s);
    BOOST_TEST(ann.hear() == "your line took too long: goodbye");
    BOOST_TEST(ann.line() == "(end)");
    ann.socket().close();
    BOOST_TEST(h.events->saw("left line_timeout"));
}

BOOST_AUTO_TEST_CASE(quit_is_not_broadcast_and_everything_said_before_comes_back_first)
{
    room_fixture h;
    auto ann = h.enter();
    ann.say("one\ntwo\n /quit \nthree\n");
    BOOST_TEST(ann.hear() == "one");
    BOOST_TEST(ann.hear() == "two");
    BOOST_TEST(ann.line() == "(end)");
    ann.socket().close();
    BOOST_TEST(h.events->saw("left quit"));
    BOOST_TEST(h.room.members() == 0u);
}

BOOST_AUTO_TEST_CASE(end_of_file_ends_an_unfinished_text_and_a_reset_drops_it)
{
    room_fixture h;
    auto ann = h.enter();
    auto bob = h.enter();
    ann.hear();
    bob.say("bob's last word");
    bob.socket().shutdown(boost::asio::socket_base::shutdown_send);
    BOOST_TEST(ann.hear() == "bob's last word");
    BOOST_TEST(bob.hear() == "bob's last word");
    BOOST_TEST(bob.line() == "(end)");
    BOOST_TEST(h.events->saw("left end_of_file"));
    auto eve = h.enter();
    ann.hear();
    eve.say("dropped");
    eve.reset();
    BOOST_TEST(h.events->saw("left reset"));
    ann.say("next\n");
    BOOST_TEST(ann.hear() == "next");
}

BOOST_AUTO_TEST_CASE(nobody_can_forge_a_sender)
{
    room_fixture h;
    auto ann = h.enter();
    ann.say("*\r\n1.2.3.4:5\r\n");
    BOOST_TEST(ann.line() == ann.label());
    BOOST_TEST(ann.line() == "*");
    BOOST_TEST(ann.line() == ann.label());
    BOOST_TEST(ann.line() == "1.2.3.4:5");
}

BOOST_AUTO_TEST_CASE(telnet_ends_lines_both_ways_and_its_urgent_mark_takes_no_letter)
{
    room_fixture h;
    test_client ann{h.at};
    ann.say({"one\r\0two\r\nth\rree\r\0", 18});
    BOOST_TEST(ann.hear() == "one");
    BOOST_TEST(ann.hear() == "two");
    BOOST_TEST(ann.hear() == "th ree");
    ann.say("\xff\xf4\xff");  // interrupt process, and the mark (RFC 854, "The TELNET Synch signal")
    ann.socket().send(boost::asio::buffer("\xf2", 1), boost::asio::socket_base::message_out_of_band);
    ann.say("hello\r\n");
    BOOST_TEST(ann.hear() == "hello");
}

BOOST_AUTO_TEST_CASE(white_space_alone_is_no_message)
{
    room_fixture h;
    auto ann = h.enter();
    ann.say(" \n\t\n\xc2\xa0 \xe3\x80\x80\n\r\nword\n");
    BOOST_TEST(ann.hear() == "word");
    BOOST_TEST((h.room.publish(" ") == error::empty_text));
}

BOOST_AUTO_TEST_CASE(a_joiner_may_hear_the_last_messages)
{
    tcp_room_options options;
    options.members.replay = 2;
    room_fixture h{options};
    for (const auto* text : {"one", "two", "three"}) {
        BOOST_TEST(!h.room.publish(text));
    }
    test_client ann{h.at};
    BOOST_TEST(ann.hear() == "two");
    BOOST_TEST(ann.hear() == "three");
}

BOOST_AUTO_TEST_SUITE_END()
