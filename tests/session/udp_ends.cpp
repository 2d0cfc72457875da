// SPDX-License-Identifier: BSL-1.0
#include "udp_room_fixture.hpp"

using namespace chatroom;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(udp_room_ends)

BOOST_AUTO_TEST_CASE(stop_delivers_what_was_said_tells_everybody_and_ends_the_run)
{
    udp_room_fixture h;
    auto ann = h.enter();
    auto bob = h.enter();
    BOOST_TEST(!h.room.publish("last"));
    h.udp->stop();
    for (auto* p : {&ann, &bob}) {
        BOOST_TEST(p->hear() == "*\nlast");
        BOOST_TEST(p->hear() == "*\nthe room is closing");
    }
    BOOST_TEST(h.events->saw("left shutdown", 2));
    h.join();
    BOOST_TEST(h.ended);
    BOOST_TEST(h.room.members() == 0u);
}

BOOST_AUTO_TEST_CASE(a_room_that_is_stopped_lets_go_over_udp_and_its_transport_ends)
{
    udp_room_fixture h;
    auto ann = h.enter();
    h.room.stop();
    BOOST_TEST(ann.hear() == "*\nthe room is closing");
    BOOST_TEST(h.events->saw("left shutdown"));
    h.join();
    BOOST_TEST(h.ended);
}

BOOST_AUTO_TEST_CASE(close_and_a_drain_time_of_nothing_go_at_once_and_without_a_word)
{
    for (const bool insists : {true, false}) {
        udp_room_options options;
        options.drain_timeout = 0ms;
        udp_room_fixture h{options};
        auto ann = h.enter();
        insists ? h.udp->close() : h.udp->stop();
        BOOST_TEST(h.events->saw("left shutdown"));
        h.join();
        BOOST_TEST(h.ended);
        BOOST_TEST(ann.heard_nothing());  // all that was sent has come, and the port is closed
    }
}

BOOST_AUTO_TEST_CASE(everything_may_be_destroyed_with_members_in_it)
{
    auto io = std::make_unique<boost::asio::io_context>();
    room r;
    auto udp = std::make_unique<udp_room>(io->get_executor(), r);
    const auto at = udp->listen({boost::asio::ip::address_v4::loopback(), 0});
    boost::asio::co_spawn(*io, udp->run(), boost::asio::detached);
    udp_test_client ann{at};
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
    udp_room_fixture h;
    boost::asio::io_context io;
    udp_room_options options;
    options.server.shards = 2;
    udp_room second{io.get_executor(), room{}, options};
    BOOST_CHECK_EXCEPTION(second.listen(h.at), boost::system::system_error,
                          [](const auto& e) { return e.code() == boost::asio::error::address_in_use; });
}

BOOST_AUTO_TEST_SUITE_END()
