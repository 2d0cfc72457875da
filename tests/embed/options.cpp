// SPDX-License-Identifier: BSL-1.0
// Options are written as one expression: designated initializers reach every member.
#include <chatroom/chatroom.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <type_traits>

using namespace chatroom;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(options_of_an_embedder)

BOOST_AUTO_TEST_CASE(designated_initializers_reach_every_member_and_leave_the_others_their_defaults)
{
    static_assert(std::is_aggregate_v<tcp_room_options> && std::is_aggregate_v<udp_room_options>);
    const tcp_room_options tcp{.members = {.rate = 5}, .server = {.shards = 3}, .message_gap = 50ms};
    BOOST_TEST(tcp.members.rate == 5u);
    BOOST_TEST(tcp.members.burst == 100u);
    BOOST_TEST(tcp.server.shards == 3u);
    BOOST_TEST(tcp.server.listen_backlog == 4096);
    BOOST_TEST((tcp.message_gap == 50ms));
    const udp_room_options udp{.members = {.max_members_per_address = 7}, .heartbeat_interval = 1s};
    BOOST_TEST(*udp.members.max_members_per_address == 7u);
    BOOST_TEST(!udp.members.max_members.has_value());  // 1,000,000
    BOOST_TEST((udp.heartbeat_interval == 1s));
    BOOST_TEST(!udp.trusted_networks.empty());
    BOOST_CHECK_NO_THROW(validate(tcp));
    BOOST_CHECK_NO_THROW(validate(udp));
}

BOOST_AUTO_TEST_SUITE_END()
