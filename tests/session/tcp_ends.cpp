// SPDX-License-Identifier: BSL-1.0
#include "room_fixture.hpp"

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(tcp_room_ends)

BOOST_AUTO_TEST_CASE(stop_delivers_what_was_said_tells_everybody_and_ends_the_run)
{
    room_fixture h;
    auto ann = h.enter();
    BOOST_TEST(!h.room.publish("last"));
    h.tcp->stop();
    BOOST_TEST(ann.hear() == "last");
    BOOST_TEST(ann.hear() == "the room is closing");
    BOOST_TEST(ann.line() == "(end)");
    ann.socket().close();
    BOOST_TEST(h.events->saw("left shutdown"));
    h.join();
    BOOST_TEST(h.ended);
}

BOOST_AUTO_TEST_CASE(a_member_that_does_not_go_is_closed_after_the_drain_time)
{
    room_fixture h;
    auto ann = h.enter();
    h.tcp->stop();
    BOOST_TEST(ann.hear() == "the room is closing");
    BOOST_TEST(ann.line() == "(end)");
    BOOST_TEST(h.events->saw("left shutdown"));
    BOOST_TEST(!h.ended);
    BOOST_TEST(advance_until(*h.time, 250ms, [&h] { return h.ended.load(); }));
    h.join();
}

BOOST_AUTO_TEST_CASE(the_room_itself_may_be_stopped)
{
    room_fixture h;
    auto ann = h.enter();
    h.room.stop();
    BOOST_TEST(ann.hear() == "the room is closing");
    BOOST_TEST(ann.line() == "(end)");
}

BOOST_AUTO_TEST_CASE(everything_may_be_destroyed_with_members_in_it)
{
    {
        room_fixture h;
        auto ann = h.enter();
        h.tcp.reset();
        BOOST_TEST(ann.line() == "(end)");
    }
    auto io = std::make_unique<boost::asio::io_context>();
    room r;
    tcp_room t{io->get_executor(), r};
    const auto at = t.listen({boost::asio::ip::address_v4::loopback(), 0});
    boost::asio::co_spawn(*io, t.run(), boost::asio::detached);
    test_client ann{at};
    ann.say("hello\nunfinished");
    while (r.members() == 0) {
        io->run_one();
    }
    io->poll();
    // The context goes first here, with a live session in it; what is left of the room only frees memory.
    {
        auto gone = std::move(t);
    }
    io.reset();
    BOOST_TEST(r.members() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
