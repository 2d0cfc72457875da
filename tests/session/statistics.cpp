// SPDX-License-Identifier: BSL-1.0
// What rooms say of the work that they have done.
#include "room_fixture.hpp"
#include "udp_room_fixture.hpp"

#include <numeric>
#include <string>

using namespace chatroom;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(statistics_of_transports)

BOOST_AUTO_TEST_CASE(tcp_counts_members_messages_and_bytes)
{
    room_fixture h;
    auto ann = h.enter();
    auto bob = h.enter();
    BOOST_TEST(ann.hear() == "hello");
    ann.say("hi\n");
    BOOST_TEST(ann.hear() == "hi");
    BOOST_TEST(bob.hear() == "hi");
    const auto bytes = [&](const std::string& text) { return 2 * (ann.label().size() + 1 + text.size() + 1); };
    BOOST_TEST(advance_until(*h.time, 0s, [&] { return h.tcp->statistics().text.sent_messages == 5; }));
    const auto now = h.tcp->statistics();
    BOOST_TEST(now.text.members == 2U);
    BOOST_TEST(now.text.received_messages == 3U);
    BOOST_TEST(now.text.received_bytes == 2 * std::string{"hello\n"}.size() + std::string{"hi\n"}.size());
    BOOST_TEST(now.text.sent_bytes >= bytes("hello") + bytes("hi"));
    BOOST_TEST(now.websocket.members == 0U);
    const auto& counts = now.flushes.counts;
    BOOST_TEST(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}) > 0U);
    BOOST_TEST(now.flushes.sum.count() > 0);
    bob.socket().close();
    BOOST_TEST(advance_until(*h.time, 1s, [&] { return h.tcp->statistics().text.members == 1; }));
}

BOOST_AUTO_TEST_CASE(tcp_says_what_waits_for_members)
{
    tcp_room_options options;
    options.server.send_buffer = 4096;
    options.members.rate = 0;
    room_fixture h{options};
    auto slow = h.enter(4096);
    const std::string text(4000, 'x');
    for (int i = 0; i < 50; ++i) {
        BOOST_TEST_REQUIRE(!h.room.publish(text));
    }
    BOOST_TEST(advance_until(*h.time, 1s, [&] { return h.tcp->statistics().buffered_bytes != 0; }));
    BOOST_TEST(h.tcp->statistics().buffered_bytes < text.size() + 10);
}

BOOST_AUTO_TEST_CASE(udp_counts_them_too)
{
    udp_room_fixture h;
    auto ann = h.enter();  // before bob, who may be another thread's
    udp_test_client bob{h.at};
    bob.say("#ping#\nhi");
    BOOST_TEST(ann.hear() == bob.label() + "\nhi");
    BOOST_TEST(bob.hear() == bob.label() + "\nhi");
    BOOST_TEST(advance_until(*h.time, 0s, [&] { return h.udp->statistics().sent_messages == 2; }));
    const auto now = h.udp->statistics();
    BOOST_TEST(now.members == 2U);
    BOOST_TEST(now.received_messages == 1U);
    BOOST_TEST(now.received_bytes == std::string{"#ping##ping#\nhi"}.size());
    BOOST_TEST(now.sent_bytes == 2 * (bob.label().size() + 3));
    bob.say("/quit");
    BOOST_TEST(advance_until(*h.time, 0s, [&] { return h.udp->statistics().members == 1; }));
}

BOOST_AUTO_TEST_SUITE_END()
