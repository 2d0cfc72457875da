// SPDX-License-Identifier: BSL-1.0
#include "room_fixture.hpp"

#include "room/room_state.hpp"

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(tcp_room_limits)

BOOST_AUTO_TEST_CASE(a_line_over_the_limit_is_told_and_the_member_stays)
{
    room_fixture h;
    auto ann = h.enter();
    ann.say(std::string(5000, 'x') + "\nok\n");
    BOOST_TEST(ann.hear() == "your message is too long and was not passed on");
    BOOST_TEST(ann.hear() == "ok");
    BOOST_TEST(h.events->saw("dropped"));
}

BOOST_AUTO_TEST_CASE(an_endless_line_is_cut)
{
    room_fixture h;
    auto ann = h.enter();
    ann.say(std::string(70'000, 'x'));
    BOOST_TEST(ann.hear() == "your message is too long and was not passed on");
    BOOST_TEST(ann.hear() == "your line has no end: goodbye");
    BOOST_TEST(ann.line() == "(end)");
}

BOOST_AUTO_TEST_CASE(who_sends_without_end_after_its_goodbye_is_read_no_more_and_can_still_read_it)
{
    tcp_room_options options;
    options.server.receive_buffer = 16 * 1024;
    options.linger_read_limit = 100'000;
    room_fixture h{options};
    auto ann = h.enter();
    ann.say(std::string(70'000, 'x'));
    BOOST_TEST(ann.hear() == "your message is too long and was not passed on");
    // Its receive buffer, the room's and what is discarded: then nothing moves any more.
    const timeval limit{0, 500'000};
    const int little = 16 * 1024;
    ::setsockopt(ann.socket().native_handle(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    ::setsockopt(ann.socket().native_handle(), SOL_SOCKET, SO_SNDBUF, &little, sizeof little);
    const std::string block(1024, 'x');
    std::size_t taken = 0;
    while (taken < 10'000'000 && ::send(ann.socket().native_handle(), block.data(), block.size(), MSG_NOSIGNAL) > 0) {
        taken += block.size();
    }
    BOOST_TEST(taken >= options.linger_read_limit);
    BOOST_TEST(taken < 1'000'000u);
    BOOST_TEST(advance_until(*h.time, 1s, [&h] { return h.events->times("left unterminated_line") == 1; }));
    BOOST_TEST(ann.hear() == "your line has no end: goodbye");
}

BOOST_AUTO_TEST_CASE(a_browser_is_sent_away_and_nothing_of_it_is_relayed)
{
    room_fixture h;
    auto ann = h.enter();
    test_client web{h.at};
    web.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    BOOST_TEST(web.hear() == "this is a chat room, not a web server");
    BOOST_TEST(web.line() == "(end)");
    ann.say("still here\n");
    BOOST_TEST(ann.hear() == "still here");
    web.socket().close();
    BOOST_TEST(h.events->saw("left wrong_protocol"));
}

BOOST_AUTO_TEST_CASE(a_person_who_writes_of_http_is_heard)
{
    for (const std::string first : {"Host: who is the host tonight?", "PLEASE read HTTP/1.1 spec",
                                    "POST office HTTP/2 talk", "GET / HTTP/1.1 is what browsers say"}) {
        room_fixture h;
        test_client ann{h.at};
        ann.say(first + "\n");
        BOOST_TEST(ann.hear() == first);
    }
}

BOOST_AUTO_TEST_CASE(a_full_room_says_so)
{
    const shared_limits places{0, 0};
    tcp_room_options options;
    options.members.max_members = 1;
    options.members.shared = places;
    room_fixture h{options};
    auto ann = h.enter();
    test_client bob{h.at};
    BOOST_TEST(bob.hear() == "the room is full");
    BOOST_TEST(bob.line() == "(end)");
    BOOST_TEST(h.events->saw("refused room_full"));
    ann.say("/quit\n");
    BOOST_TEST(ann.line() == "(end)");
    ann.socket().close();
    BOOST_TEST(h.events->saw("left quit"));
    BOOST_TEST(advance_until(*h.time, 0s, [&] { return places.members() == 0; }));  // once its connection is closed
    auto eve = h.enter();
}

BOOST_AUTO_TEST_CASE(an_address_gets_its_share_and_no_more)
{
    tcp_room_options options;
    options.members.max_members_per_address = 2;
    room_fixture h{options};
    auto ann = h.enter();
    auto bob = h.enter();
    test_client eve{h.at};
    BOOST_TEST(eve.hear() == "too many members from your address");
    BOOST_TEST(h.events->saw("refused address_limit"));
}

BOOST_AUTO_TEST_CASE(above_its_rate_a_member_is_held_back_and_loses_nothing)
{
    tcp_room_options options;
    options.members.rate = 10;
    options.members.burst = 3;
    room_fixture h{options};
    test_client ann{h.at};
    ann.say("0\n1\n2\n3\n4\n5\n");
    BOOST_TEST(ann.hear() == "you are sending faster than this room allows: your messages are held back");
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(ann.hear() == std::to_string(i));
    }
    for (int i = 3; i < 6; ++i) {
        BOOST_TEST(h.room.state()->tail().sequence == static_cast<std::uint64_t>(i));
        h.time->advance(100ms);
        BOOST_TEST(ann.hear() == std::to_string(i));
    }
}

BOOST_AUTO_TEST_SUITE_END()
