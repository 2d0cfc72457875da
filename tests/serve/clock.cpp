// SPDX-License-Identifier: BSL-1.0
#include "room_fixture.hpp"

#include <chatroom/serve/clock.hpp>
#include <chatroom/serve/shard.hpp>

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(serve_clock)

BOOST_AUTO_TEST_CASE(an_alarm_rings_when_the_time_has_come_and_not_before)
{
    asio::io_context io;
    const auto s = std::make_shared<shard>(io.get_executor());
    const auto time = std::make_shared<manual_clock>();
    shard_timer timer_{s->get_executor(), s, time};
    int rung = 0;
    timer_.on_expiry([&rung] { ++rung; });
    timer_.expires_no_later_than(time->now() + 10s);
    timer_.expires_no_later_than(time->now() + 20s);
    time->advance(10s - 1ns);
    io.poll();
    BOOST_TEST(rung == 0);
    time->advance(1ns);
    io.poll();
    BOOST_TEST(rung == 1);
    time->advance(20s);
    io.poll();
    BOOST_TEST(rung == 1);
    timer_.expires_no_later_than(time->now() + 1s);
    timer_.cancel();
    time->advance(2s);
    io.poll();
    BOOST_TEST(rung == 1);
}

BOOST_AUTO_TEST_SUITE_END()
