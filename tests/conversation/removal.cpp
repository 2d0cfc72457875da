// SPDX-License-Identifier: BSL-1.0
// Those who are to go, and what they have sent already.
#include "operator_fixture.hpp"

#include <boost/asio/ip/address.hpp>

using namespace chatroom;
using namespace std::chrono_literals;

namespace {

const auto elsewhere = boost::asio::ip::make_address("127.0.0.2");

}  // namespace

BOOST_AUTO_TEST_SUITE(removal)

BOOST_AUTO_TEST_CASE(what_a_banned_peer_sends_at_once_is_neither_said_nor_executed)
{
    talk_fixture h{with_operator()};
    guest root{h};
    log_in(root);
    BOOST_TEST(root.ask("/ban 127.0.0.2") == "*: 127.0.0.2 is banned for good");
    for (int i = 0; i < 50; ++i) {
        test_client eve{h.at, 0, elsewhere};
        eve.say("said\n/name Eve\n/me waves\n/topic tea\n/msg Root psst\n/join den\nin the den\n");
        BOOST_TEST(eve.hear() == "you are banned for good");
        BOOST_TEST(eve.line() == "(end)");
    }
    BOOST_TEST(root.heard_nothing());
    BOOST_TEST(h.talk.rooms() == 1u);
    BOOST_TEST(!h.talk.find("Eve"));
}

BOOST_AUTO_TEST_CASE(nor_what_it_sends_with_its_first_heartbeat)
{
    talk_fixture h{with_operator()};
    guest root{h};
    log_in(root);
    BOOST_TEST(root.ask("/ban 127.0.0.2") == "*: 127.0.0.2 is banned for good");
    boost::asio::io_context io;
    boost::asio::ip::udp::socket eve{io, {elsewhere, 0}};
    eve.send_to(boost::asio::buffer("#ping#\nsaid\n/name Eve\n", 23), h.udp_at);
    BOOST_TEST(h.events->saw("left removed"));
    BOOST_TEST(root.heard_nothing());
}

BOOST_AUTO_TEST_CASE(an_operator_in_a_banned_network_stays_and_speaks)
{
    talk_fixture h{with_operator()};
    guest root{h};
    log_in(root);
    guest deputy{h, elsewhere};
    log_in(deputy, "Deputy");
    root.until("*: " + deputy.label() + " is now <Deputy>");
    guest eve{h, elsewhere};
    BOOST_TEST(eve.heard_nothing());
    BOOST_TEST(root.ask("/ban 127.0.0.2") == "*: " + eve.label() + " was removed by <Root>");
    BOOST_TEST(root.hear() == "*: 127.0.0.2 is banned for good");
    eve.until("*: you are banned for good");
    deputy.say("I am here");
    root.until("<Deputy>: I am here");
}

BOOST_AUTO_TEST_CASE(a_member_over_ipv6_is_banned_with_its_network)
{
    talk_fixture h{with_operator()};
    const auto at6 = h.tcp->listen({boost::asio::ip::address_v6::loopback(), 0});
    guest root{h};
    log_in(root);
    guest eve{at6};
    BOOST_TEST(eve.heard_nothing());
    root.say("/ban " + eve.label());
    root.until("*: ::/64 is banned for good");
    eve.until("*: you are banned for good");
}

BOOST_AUTO_TEST_SUITE_END()
