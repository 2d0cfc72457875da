// SPDX-License-Identifier: BSL-1.0
// The figures of a conversation, and its end.
#include "talk_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace chatroom;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(conversation_figures)

BOOST_AUTO_TEST_CASE(names_are_known_as_such)
{
    for (const auto* name : {"alice", "lobby", "\u5c0f\u660e", "o'neil"}) {
        BOOST_TEST(is_name(name), name);
    }
    for (const auto* none : {"", "127", "a b", "a/b", "server", "<a>"}) {
        BOOST_TEST(!is_name(none), none);
    }
}

BOOST_AUTO_TEST_CASE(the_figures_are_those_of_all_rooms)
{
    talk_fixture h;
    guest ann{h, "ann"};
    guest bob{h, "bob"};
    bob.say("/join garden");
    bob.until("*: <bob> joined");
    ann.until("*: <bob> left");
    const auto figures = h.talk.statistics();
    BOOST_TEST(figures.rooms == 2U);
    BOOST_TEST(figures.members == 2U);
    BOOST_TEST(figures.log_bytes ==
               h.talk.find_room("lobby")->statistics().log_bytes + h.talk.find_room("garden")->statistics().log_bytes);
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_counted)
{
    talk_fixture h;
    guest ann{h, "ann"};
    guest bob{h};
    BOOST_TEST(bob.ask("/name ann") == "*: ann is taken, or looks like a name that is");
    BOOST_TEST(bob.ask("/msg eve hi").starts_with("*: nobody"));
    BOOST_TEST(bob.ask("/kick ann") == "*: only operators may do that: /login NAME PASSWORD");
    BOOST_TEST(bob.ask("/topic tea") == "*: choose a name first: /name NAME");
    BOOST_TEST(bob.ask("/join a/b").starts_with("*: a name is letters"));
    BOOST_TEST(bob.ask("/who").starts_with("*: lobby, 2 here"));
    const auto figures = h.talk.statistics();
    BOOST_TEST(figures.names_refused == 1U);
    BOOST_TEST(figures.passwords_refused == 0U);
    BOOST_TEST(figures.commands_refused == 5U + 1U);  // a guest that comes asks for a command that there is not
}

BOOST_AUTO_TEST_CASE(after_stop_nothing_keeps_the_executor_at_work)
{
    boost::asio::io_context io;
    conversation_options options;
    options.password_hash = hash_password("x");
    conversation talk{io.get_executor(), options};
    tcp_room tcp{io.get_executor(), talk.entry()};
    const auto at = tcp.listen({boost::asio::ip::address_v4::loopback(), 0});
    boost::asio::co_spawn(io, tcp.run(), boost::asio::detached);
    std::jthread server{[&io] { io.run(); }};
    {
        test_client ann{at};
        ann.say("hello?\n");
        BOOST_TEST(ann.line() == "*");  // from now on a timer waits 30 s for its password
    }
    const auto begin = std::chrono::steady_clock::now();
    tcp.stop();
    talk.stop();
    server.join();
    BOOST_TEST((std::chrono::steady_clock::now() - begin < 20s));
}

BOOST_AUTO_TEST_SUITE_END()
