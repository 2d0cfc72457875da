// SPDX-License-Identifier: BSL-1.0
#include "udp_room_fixture.hpp"

#include "room/room_state.hpp"

using namespace chatroom;
using namespace chatroom::detail;

namespace {

/// How many turns it takes to tell the first member a word, after so many that nobody heard.
std::size_t turns_for_the_first_word(int unheard)
{
    udp_room_fixture h{{}, {}, 0};
    h.settle();
    for (int i = 0; i < unheard; ++i) {
        BOOST_TEST_REQUIRE(!h.room.publish("is anybody there?"));
    }
    BOOST_TEST(h.io.poll() == 0u);
    udp_test_client ann{h.at};
    ann.say("#ping#");
    h.settle();
    BOOST_TEST(h.room.members() == 1u);
    BOOST_TEST(!h.room.publish("word"));
    const auto turns = h.io.poll();
    BOOST_TEST(ann.hear() == "*\nword");
    return turns;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(udp_room_talk)

BOOST_AUTO_TEST_CASE(what_is_said_while_nobody_is_there_costs_nothing_then_or_later)
{
    BOOST_TEST(turns_for_the_first_word(5000) == turns_for_the_first_word(0));
}

BOOST_AUTO_TEST_CASE(who_left_holds_no_speaker_back_though_nobody_is_there_any_more)
{
    udp_room_fixture h{{}, {.log_bytes = 256 * 1024}, 0};
    udp_test_client ann{h.at};
    ann.say("#ping#");
    h.settle();
    BOOST_TEST(!h.room.publish("word"));
    h.settle();
    BOOST_TEST(ann.hear() == "*\nword");
    ann.say("/quit");
    h.settle();
    BOOST_TEST(h.room.members() == 0u);
    h.io.poll();  // a sweep that was due meanwhile
    for (int i = 0; i < 300; ++i) {
        BOOST_TEST_REQUIRE(!h.room.publish(std::string(1000, 'x')));
    }
    BOOST_TEST(!h.room.state()->congested());
    BOOST_TEST(h.io.poll() == 0u);
}

BOOST_AUTO_TEST_CASE(a_heartbeat_makes_a_member_and_its_words_reach_everybody_with_its_address)
{
    udp_room_fixture h;
    auto ann = h.enter();
    auto bob = h.enter();
    ann.say("hi");
    BOOST_TEST(ann.hear() == by(ann, "hi"));
    BOOST_TEST(bob.hear() == by(ann, "hi"));
    BOOST_TEST(h.room.members() == 2u);
}

BOOST_AUTO_TEST_CASE(who_is_no_member_is_not_heard_and_hears_nothing)
{
    udp_room_fixture h;
    auto ann = h.enter();
    udp_test_client eve{h.at};
    eve.say("psst");
    BOOST_TEST(h.events->saw("refused not_a_member"));
    ann.say("hi");
    BOOST_TEST(ann.hear() == by(ann, "hi"));
    BOOST_TEST(eve.heard_nothing());
}

BOOST_AUTO_TEST_CASE(quit_ends_a_membership_at_once_and_what_is_owed_comes_first)
{
    udp_room_fixture h;
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
    udp_room_fixture h;
    auto ann = h.enter();
    ann.say("one\n*\r\n1.2.3.4:5\nevil");
    for (const auto* text : {"one", "*", "1.2.3.4:5", "evil"}) {
        BOOST_TEST(ann.hear() == by(ann, text));
    }
}

BOOST_AUTO_TEST_CASE(a_longer_message_goes_out_as_several_datagrams_cut_between_code_points)
{
    udp_room_fixture h;
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
    udp_room_fixture h;
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
    options.members.replay = 2;
    udp_room_fixture h{options};
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
    room_fixture h;
    udp_room udp{h.io.get_executor(), h.room, {}, h.time};
    const auto at = udp.listen({boost::asio::ip::address_v4::loopback(), 0});
    boost::asio::co_spawn(h.io, udp.run(), boost::asio::detached);
    auto ann = h.enter();
    udp_test_client bob{at};
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
