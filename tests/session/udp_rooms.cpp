// SPDX-License-Identifier: BSL-1.0
// A member over UDP goes from room to room.
#include "udp_room_fixture.hpp"

#include "room/room_state.hpp"

#include <boost/asio/use_future.hpp>

#include <algorithm>

using namespace chatroom;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

struct hall_and_den {
    explicit hall_and_den(std::size_t shards = 2, udp_room_options options = {}, room_policy policy = {})
        : h{std::move(options), {}, shards, std::move(policy)}
    {
    }

    // The member of that address; a default-made handle if there is none.
    member find(room& in, const std::string& address)
    {
        const auto all = asio::co_spawn(h.io, in.list(), asio::use_future).get();
        const auto found = std::ranges::find(all, address, &member::address);
        return found == all.end() ? member{} : *found;
    }

    void go(udp_test_client& who, room& from, room& to)
    {
        const auto before = to.members();
        const auto one = find(from, who.label());
        BOOST_TEST_REQUIRE(!one.join(to));
        BOOST_TEST_REQUIRE(advance_until(*h.time, 0s, [&] { return to.members() == before + 1; }));
    }

    std::shared_ptr<recording_observer> den_events = std::make_shared<recording_observer>();
    room den{{}, den_events};
    udp_room_fixture h;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(udp_room_rooms)

BOOST_AUTO_TEST_CASE(a_member_is_in_the_room_that_it_joined_last_and_in_no_other)
{
    hall_and_den p;
    auto ann = p.h.enter();
    auto bob = p.h.enter();
    const auto her = p.find(p.h.room, ann.label());
    p.go(ann, p.h.room, p.den);
    BOOST_TEST(p.h.events->saw("left quit"));
    BOOST_TEST(p.den_events->saw("joined"));
    BOOST_TEST(p.h.room.members() == 1u);
    BOOST_TEST((p.find(p.den, ann.label()) == her));
    BOOST_TEST(!p.h.room.publish("in the hall"));
    BOOST_TEST(bob.hear() == "*\nin the hall");
    ann.say("where am I?");
    BOOST_TEST(ann.hear() == by(ann, "where am I?"));
    BOOST_TEST(bob.heard_nothing());
    BOOST_TEST(!her.send("for you"));
    BOOST_TEST(ann.hear() == "*\nfor you");
    p.go(ann, p.den, p.h.room);
    BOOST_TEST(p.den.members() == 0u);
    bob.say("back?");
    BOOST_TEST(ann.hear() == by(bob, "back?"));
    ann.say("/quit");
    BOOST_TEST(p.h.events->saw("left quit", 2));
    BOOST_TEST(p.h.events->saw("disconnected quit"));
    BOOST_TEST(p.h.events->times("disconnected quit") == 1);
    BOOST_TEST(p.h.events->times("connected") == 2);
}

BOOST_AUTO_TEST_CASE(what_was_said_in_a_room_before_the_move_is_still_sent)
{
    hall_and_den p{0};
    udp_test_client ann{p.h.at};
    ann.say("#ping#");
    p.h.settle();
    std::vector<member> all;
    asio::co_spawn(p.h.io, p.h.room.list(),
                   [&](const std::exception_ptr&, const std::vector<member>& found) { all = found; });
    p.h.settle();
    BOOST_TEST_REQUIRE(all.size() == 1u);
    BOOST_TEST_REQUIRE(!p.h.room.publish("one"));
    BOOST_TEST_REQUIRE(!all.front().join(p.den));
    p.h.settle();
    BOOST_TEST_REQUIRE(!p.h.room.publish("two"));
    BOOST_TEST_REQUIRE(!p.den.publish("three"));
    p.h.settle();
    BOOST_TEST(ann.hear() == "*\none");
    BOOST_TEST(ann.hear() == "*\nthree");
}

BOOST_AUTO_TEST_CASE(heartbeats_keep_a_member_in_its_room_and_their_end_takes_it_out)
{
    hall_and_den p{2, {.heartbeat_timeout = 10s}};
    auto ann = p.h.enter();
    p.go(ann, p.h.room, p.den);
    p.h.time->advance(8s);
    ann.say("#ping#");
    ann.say("here");
    BOOST_TEST(ann.hear() == by(ann, "here"));
    p.h.time->advance(8s);
    ann.say("still");
    BOOST_TEST(ann.hear() == by(ann, "still"));
    BOOST_TEST(advance_until(*p.h.time, 1s, [&] { return p.den.members() == 0; }));
    BOOST_TEST(p.den_events->saw("left heartbeat_timeout"));
    BOOST_TEST(p.h.events->saw("disconnected heartbeat_timeout"));
    ann.say("#ping#");
    BOOST_TEST(p.h.events->saw("joined", 2));
}

BOOST_AUTO_TEST_CASE(the_old_messages_of_the_next_room_are_sent_as_far_as_replay_says)
{
    hall_and_den p{2, {.members = {.replay = 2}}};
    for (const auto* text : {"one", "two", "three"}) {
        BOOST_TEST_REQUIRE(!p.den.publish(text));
    }
    auto ann = p.h.enter();
    p.go(ann, p.h.room, p.den);
    BOOST_TEST(ann.hear() == "*\ntwo");
    BOOST_TEST(ann.hear() == "*\nthree");
    BOOST_TEST(!p.den.publish("four"));
    BOOST_TEST(ann.hear() == "*\nfour");
}

BOOST_AUTO_TEST_CASE(a_room_that_closes_says_goodbye_to_those_who_are_in_it_alone)
{
    hall_and_den p;
    auto ann = p.h.enter();
    auto bob = p.h.enter();
    p.go(ann, p.h.room, p.den);
    p.den.stop();
    BOOST_TEST(ann.hear() == "*\nthe room is closing");
    BOOST_TEST(p.den_events->saw("left shutdown"));
    bob.say("hi");
    BOOST_TEST(bob.hear() == by(bob, "hi"));
    ann.say("#ping#");
    BOOST_TEST(p.h.events->saw("joined", 3));
}

BOOST_AUTO_TEST_CASE(a_stop_disconnects_members_wherever_they_are)
{
    hall_and_den p;
    auto ann = p.h.enter();
    auto bob = p.h.enter();
    p.go(ann, p.h.room, p.den);
    BOOST_TEST(!p.den.publish("last"));
    p.h.udp->stop();
    BOOST_TEST(ann.hear() == "*\nlast");
    BOOST_TEST(ann.hear() == "*\nthe room is closing");
    BOOST_TEST(bob.hear() == "*\nthe room is closing");
    BOOST_TEST(advance_until(*p.h.time, 0s, [&] { return p.den.members() == 0 && p.h.room.members() == 0; }));
    BOOST_TEST(!p.den.publish("to nobody"));
}

BOOST_AUTO_TEST_CASE(to_leave_the_room_is_to_leave_the_transport_and_to_leave_another_is_nothing)
{
    hall_and_den p;
    auto ann = p.h.enter();
    p.go(ann, p.h.room, p.den);
    const auto her = p.find(p.den, ann.label());
    BOOST_TEST(!her.leave(p.h.room));
    ann.say("here");
    BOOST_TEST(ann.hear() == by(ann, "here"));
    BOOST_TEST(!her.leave(p.den));
    BOOST_TEST(p.den_events->saw("left removed"));
    BOOST_TEST(advance_until(*p.h.time, 0s, [&] { return p.den.members() == 0; }));
}

BOOST_AUTO_TEST_SUITE_END()
