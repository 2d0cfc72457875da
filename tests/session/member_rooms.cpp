// SPDX-License-Identifier: BSL-1.0
// A member in several rooms.
#include "party.hpp"

BOOST_AUTO_TEST_SUITE(tcp_room_member_in_several_rooms)

BOOST_AUTO_TEST_CASE(a_member_in_two_rooms_hears_both_and_speaks_in_the_last_that_it_joined)
{
    const auto den_events = std::make_shared<recording_observer>();
    room den{{}, den_events};
    party p;
    auto ann = p.h.enter();
    auto bob = p.h.enter();
    BOOST_TEST(ann.line() == bob.label());
    BOOST_TEST(ann.line() == "hello");
    const auto her = p.who.at(0);
    BOOST_TEST(!her.join(den));
    BOOST_TEST(!her.join(den));  // once
    BOOST_TEST(den_events->saw("joined"));
    BOOST_TEST(den.members() == 1u);
    BOOST_TEST(!den.publish("in the den"));
    BOOST_TEST(ann.hear() == "in the den");
    BOOST_TEST(!p.h.room.publish("in the hall"));
    BOOST_TEST(ann.hear() == "in the hall");
    BOOST_TEST(bob.hear() == "in the hall");
    ann.say("where am I?\n");
    BOOST_TEST(ann.hear() == "where am I?");
    bob.say("in the hall?\n");
    BOOST_TEST(bob.hear() == "in the hall?");  // and not what ann said
    BOOST_TEST(ann.hear() == "in the hall?");
    BOOST_TEST(!her.leave(p.h.room));
    BOOST_TEST(p.h.events->saw("left quit"));
    bob.say("gone?\n");
    BOOST_TEST(bob.hear() == "gone?");
    BOOST_TEST(!den.publish("still in the den"));
    BOOST_TEST(ann.hear() == "still in the den");
    BOOST_TEST(!her.leave(den));
    BOOST_TEST(ann.line() == "(end)");
    ann.socket().close();
    BOOST_TEST(den_events->saw("left removed"));
    BOOST_TEST(p.h.events->saw("disconnected removed"));  // of the room that she came in by
    BOOST_TEST(p.h.events->times("connected") == 2);
    BOOST_TEST(p.h.events->times("disconnected quit") == 0);
    BOOST_TEST(den_events->times("connected") == 0);
    BOOST_TEST(den_events->times("disconnected removed") == 0);
    BOOST_TEST(advance_until(*p.h.time, 1ms, [&] { return den.members() == 0; }));
}

BOOST_AUTO_TEST_CASE(a_room_that_closes_lets_go_who_is_in_no_other)
{
    room den;
    party p;
    auto ann = p.h.enter();
    auto bob = p.h.enter();
    BOOST_TEST(ann.line() == bob.label());
    BOOST_TEST(ann.line() == "hello");
    BOOST_TEST(!p.who.at(0).join(den));
    BOOST_TEST(advance_until(*p.h.time, 0s, [&] { return den.members() == 1; }));
    p.h.room.stop();
    BOOST_TEST(bob.hear() == "the room is closing");
    BOOST_TEST(advance_until(*p.h.time, 0s, [&] { return p.h.events->times("left shutdown") == 2; }));
    BOOST_TEST(!den.publish("the den is open"));
    BOOST_TEST(ann.hear() == "the den is open");
    den.stop();
    BOOST_TEST(ann.hear() == "the room is closing");
    BOOST_TEST(ann.line() == "(end)");
}

BOOST_AUTO_TEST_SUITE_END()
