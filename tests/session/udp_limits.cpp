// SPDX-License-Identifier: BSL-1.0
#include "udp_room_fixture.hpp"

#include "room/room_state.hpp"

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;

namespace {

// Sends a heartbeat to `to` in the name of a room at `from`, whose socket lets others share its address.
void forge_heartbeat(const boost::asio::ip::udp::endpoint& from, const boost::asio::ip::udp::endpoint& to)
{
    boost::asio::io_context io;
    boost::asio::ip::udp::socket forger{io, from.protocol()};
    forger.set_option(boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>{true});
    forger.bind(from);
    forger.send_to(boost::asio::buffer("#ping#", 6), to);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(udp_room_limits)

BOOST_AUTO_TEST_CASE(a_bare_heartbeat_from_a_network_that_is_not_trusted_is_never_answered)
{
    udp_room_options options;
    options.trusted_networks = {"10.0.0.0/8"};
    options.members.max_members = 1;
    udp_room_fixture h{options};
    udp_test_client eve{h.at};
    eve.say("#ping#");
    BOOST_TEST(h.events->saw("refused not_trusted"));
    BOOST_TEST(h.room.members() == 0u);
    BOOST_TEST(eve.heard_nothing());
}

BOOST_AUTO_TEST_CASE(a_full_room_and_a_full_address_say_so_and_the_members_stay)
{
    udp_room_options options;
    options.members.max_members = 2;
    udp_room_fixture h{options};
    auto ann = h.enter();
    auto bob = h.enter();
    udp_test_client eve{h.at};
    eve.say("#ping#");
    BOOST_TEST(eve.hear() == "*\nthe room is full");
    BOOST_TEST(h.events->saw("refused room_full"));
    ann.say("/quit");
    BOOST_TEST(h.events->saw("left quit"));
    eve.say("#ping#");
    BOOST_TEST(h.events->saw("joined", 3));

    options.members.max_members = 0;
    options.members.max_members_per_address = 1;
    udp_room_fixture narrow{options};
    auto dan = narrow.enter();
    udp_test_client eva{narrow.at};
    eva.say("#ping#");
    BOOST_TEST(eva.hear() == "*\ntoo many members from your address");
    BOOST_TEST(narrow.events->saw("refused address_limit"));
    BOOST_TEST(narrow.room.members() == 1u);
}

BOOST_AUTO_TEST_CASE(what_has_a_servers_form_is_not_passed_on_and_keeps_no_membership)
{
    udp_room_fixture h;
    auto ann = h.enter();
    auto eve = h.enter();
    const std::string notice =
        "*\nyour messages look like those of a chat server and are not passed on: put something before the address";
    for (const auto* words : {"1.2.3.4:5\nhello", "*\nthe room is full", "[::1]:9\r\n#ping#"}) {
        eve.say(words);
    }
    BOOST_TEST(h.events->saw("dropped", 3));
    eve.say("1.2.3.4:5\n");  // a line, and no more
    BOOST_TEST(eve.hear() == notice);
    BOOST_TEST(eve.hear() == by(eve, "1.2.3.4:5"));
    BOOST_TEST(ann.hear() == by(eve, "1.2.3.4:5"));
    h.time->advance(9s);
    ann.say("#ping#");
    eve.say("1.2.3.4:5\nstill here");
    BOOST_TEST(h.events->saw("dropped", 4));
    h.time->advance(2s);
    BOOST_TEST(h.events->saw("left heartbeat_timeout"));
    BOOST_TEST(h.room.members() == 1u);
    udp_test_client stranger{h.at};
    stranger.say("*\nhello");
    BOOST_TEST(h.events->saw("refused not_a_member"));
    BOOST_TEST(stranger.heard_nothing());
}

BOOST_AUTO_TEST_CASE(two_rooms_that_are_made_members_of_each_other_do_not_talk_on)
{
    udp_room_fixture a;
    udp_room_fixture b;
    forge_heartbeat(a.at, b.at);
    forge_heartbeat(b.at, a.at);
    BOOST_TEST(a.events->saw("joined"));
    BOOST_TEST(b.events->saw("joined"));
    BOOST_TEST(!a.room.publish("a word"));
    BOOST_TEST(b.events->saw("dropped"));     // the word
    BOOST_TEST(a.events->saw("dropped"));     // the notice of it
    BOOST_TEST(b.events->saw("dropped", 2));  // and the notice of the notice, the last
    BOOST_TEST(a.events->times("dropped") == 1);
    BOOST_TEST(a.room.state()->tail().sequence == 1u);
    BOOST_TEST(b.room.state()->tail().sequence == 0u);
}

BOOST_AUTO_TEST_CASE(a_room_is_no_member_of_itself)
{
    udp_room_fixture h;
    const auto other = h.udp->listen({boost::asio::ip::address_v4::any(), 0});
    const boost::asio::ip::udp::endpoint beside{boost::asio::ip::address_v4::loopback(), other.port()};
    forge_heartbeat(h.at, beside);
    forge_heartbeat(beside, h.at);
    BOOST_TEST(h.events->saw("refused not_trusted", 2));
    BOOST_TEST(h.room.members() == 0u);
}

BOOST_AUTO_TEST_CASE(above_its_rate_a_members_words_are_lost_counted_and_told_once_a_minute)
{
    udp_room_options options;
    options.members.rate = 1;
    options.members.burst = 2;
    udp_room_fixture h{options};
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

BOOST_AUTO_TEST_CASE(a_member_whom_the_log_has_left_behind_skips_and_it_is_counted)
{
    udp_room_fixture h{{}, {.max_message = 4096, .log_bytes = 256 * 1024}, 0};
    udp_test_client ann{h.at};
    ann.say("#ping#");
    h.settle();
    BOOST_REQUIRE(h.events->times("joined") == 1);
    const auto state = h.room.state();
    for (int i = 0; i < 600; ++i) {  // past the gate, since nobody serves the member meanwhile
        BOOST_REQUIRE(!state->publish({.sender = "*", .text = std::string(1000, 'x')}));
    }
    BOOST_REQUIRE(!state->publish({.sender = "*", .text = "the end"}));
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
