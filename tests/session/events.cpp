// SPDX-License-Identifier: BSL-1.0
// What a follower with events reads: joins, leaves, renames and messages in one order.
#include "room_fixture.hpp"
#include "udp_room_fixture.hpp"

#include <boost/asio/use_future.hpp>

using namespace chatroom;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

std::string_view name_of(entry_kind kind)
{
    constexpr std::string_view names[] = {"text", "action", "joined", "left", "renamed", "topic", "removed"};
    return names[static_cast<std::size_t>(kind)];
}

// What comes next, as one string. A future, since a test thread waits.
std::string next(asio::io_context& io, follower& reads)
{
    auto coming = asio::co_spawn(io, reads.next(), asio::use_future);
    BOOST_TEST_REQUIRE((coming.wait_for(10s) == std::future_status::ready));
    const auto got = coming.get();
    return std::string{name_of(got.kind)}.append(" ").append(got.sender).append(" ").append(got.text);
}

member only_member(asio::io_context& io, const room& in)
{
    const auto all = asio::co_spawn(io, in.list(), asio::use_future).get();
    BOOST_TEST_REQUIRE(all.size() == 1u);
    return all.front();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(followers_with_events)

BOOST_AUTO_TEST_CASE(joins_renames_messages_and_leaves_come_in_one_order)
{
    room_fixture h;
    auto events = h.room.follow(h.io.get_executor(), follow_options{.events = true});
    auto ann = h.enter();
    const auto address = ann.label();
    BOOST_TEST(!only_member(h.io, h.room).rename("Ann"));
    ann.say("hi\n");
    BOOST_TEST(ann.line() == "<Ann>");
    BOOST_TEST(!h.room.publish({.kind = entry_kind::joined, .sender = "*", .text = "<Ann> joined"}));
    BOOST_TEST(!h.room.publish({.kind = entry_kind::action, .sender = "<Ann>", .text = "/me waves"}));
    ann.say("/quit\n");
    ann.socket().shutdown(asio::ip::tcp::socket::shutdown_send);
    while (ann.line() != "(end)") {
    }
    ann.socket().close();
    BOOST_TEST(next(h.io, events) == "joined " + address + " ");
    BOOST_TEST(next(h.io, events) == "text " + address + " hello");
    BOOST_TEST(next(h.io, events) == "renamed " + address + " <Ann>");
    BOOST_TEST(next(h.io, events) == "text <Ann> hi");
    BOOST_TEST(next(h.io, events) == "action <Ann> /me waves");
    BOOST_TEST(next(h.io, events) == "left <Ann> quit");
}

BOOST_AUTO_TEST_CASE(a_follower_that_fell_behind_reads_the_events_of_the_gap_before_what_is_left_and_is_told_of_it)
{
    room_fixture h{{}, {.log_bytes = 256 * 1024}};
    auto events = h.room.follow(h.io.get_executor(), follow_options{.events = true});
    auto watching = h.room.follow(h.io.get_executor(), follow_options{.events = true});
    auto ann = h.enter();
    const auto address = ann.label();
    ann.reset();  // nobody holds the room back
    std::string event;
    while (!event.starts_with("left ")) {
        event = next(h.io, watching);
    }
    for (int i = 0; i < 200; ++i) {
        BOOST_TEST_REQUIRE(
            !h.room.publish({.kind = entry_kind::joined, .sender = "*", .text = std::string(4000, 'x')}));
    }
    BOOST_TEST_REQUIRE(!h.room.publish("last"));
    BOOST_TEST(next(h.io, events) == "joined " + address + " ");
    BOOST_TEST(next(h.io, events) == "left " + address + " reset");
    auto coming = asio::co_spawn(h.io, events.next(), asio::use_future);
    BOOST_TEST_REQUIRE((coming.wait_for(10s) == std::future_status::ready));
    const auto got = coming.get();
    BOOST_TEST(got.text == "last");
    BOOST_TEST(got.skipped > 100u);
}

BOOST_AUTO_TEST_CASE(a_follower_without_them_reads_every_line_that_members_hear)
{
    room_fixture h;
    auto lines = h.room.follow(h.io.get_executor());
    auto ann = h.enter();
    BOOST_TEST(!h.room.publish({.kind = entry_kind::joined, .sender = "*", .text = "<Ann> joined"}));
    BOOST_TEST(ann.hear() == "<Ann> joined");
    BOOST_TEST(next(h.io, lines) == "text " + ann.label() + " hello");
    BOOST_TEST(next(h.io, lines) == "joined * <Ann> joined");
}

BOOST_AUTO_TEST_CASE(members_over_udp_make_events_too)
{
    udp_room_fixture h;
    auto events = h.room.follow(h.io.get_executor(), follow_options{.events = true});
    auto ann = h.enter();
    BOOST_TEST(!only_member(h.io, h.room).rename("Ann"));
    ann.say("hi");
    BOOST_TEST(ann.hear() == "<Ann>\nhi");
    ann.say("/quit");
    BOOST_TEST(next(h.io, events) == "joined " + ann.label() + " ");
    BOOST_TEST(next(h.io, events) == "renamed " + ann.label() + " <Ann>");
    BOOST_TEST(next(h.io, events) == "text <Ann> hi");
    BOOST_TEST(next(h.io, events) == "left <Ann> quit");
}

BOOST_AUTO_TEST_SUITE_END()
