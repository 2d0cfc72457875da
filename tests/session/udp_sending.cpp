// SPDX-License-Identifier: BSL-1.0
#include "room/room_state.hpp"
#include "sending.hpp"
#include "udp_room_fixture.hpp"

#include <netinet/in.h>
#include <unistd.h>

#include <cerrno>

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;

namespace {

/// A room served by nobody but the test, whose socket may refuse to send.
struct full_fixture : udp_room_fixture {
    explicit full_fixture(std::size_t members, const room_options& options = {}) : udp_room_fixture{{}, options, 0}
    {
        for (std::size_t i = 0; i < members; ++i) {
            people.emplace_back(at).say("#ping#");
        }
        settle();
        BOOST_REQUIRE(events->times("joined") == static_cast<std::ptrdiff_t>(members));
    }

    ~full_fixture()
    {
        sending::answer_next({});
        sending::refuse_all(0);
    }

    void publish(int from, int to)
    {
        for (int i = from; i < to; ++i) {
            BOOST_REQUIRE(!room.publish(std::to_string(i)));
        }
    }

    /// Everybody, but for the first `but` people, has heard these numbers, each once and in order, and nothing else.
    void check_heard(int from, int to, std::size_t but = 0)
    {
        for (std::size_t p = but; p < people.size(); ++p) {
            for (int i = from; i < to; ++i) {
                BOOST_REQUIRE(!people[p].heard_nothing());
                BOOST_REQUIRE(people[p].hear() == "*\n" + std::to_string(i));
            }
            BOOST_REQUIRE(people[p].heard_nothing());
        }
    }

    std::vector<udp_test_client> people;
};

/// Remembers how many datagrams could not be sent.
struct unsent_counter final : recording_observer {
    void send_failed(std::uint64_t datagrams, error_code why) override
    {
        count += datagrams;
        last = why;
    }
    std::uint64_t count = 0;
    error_code last;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(udp_room_sending)

BOOST_AUTO_TEST_CASE(a_full_send_buffer_is_waited_for_and_everybody_hears_everything_once_and_in_order)
{
    full_fixture h{50};
    sending::answer_next({{0, 700}, {EAGAIN, 0}, {0, 1}, {EAGAIN, 0}, {EAGAIN, 0}, {EINTR, 0}, {0, 3}, {EAGAIN, 0}});
    h.publish(0, 100);  // five batches
    h.settle();         // with no time going by: what waits, waits for the socket
    BOOST_TEST(sending::left() == 0u);
    h.check_heard(0, 100);
    BOOST_TEST(h.events->times("send_failed") == 0);
}

BOOST_AUTO_TEST_CASE(what_is_said_while_the_send_buffer_is_full_comes_after_what_waits)
{
    full_fixture h{3};
    sending::refuse_all(EAGAIN);
    h.publish(0, 2);
    h.settle();
    h.publish(2, 5);
    h.settle();
    h.people[0].say("#ping#");
    udp_test_client late{h.at};
    late.say("#ping#");
    h.settle();
    BOOST_TEST(h.events->times("joined") == 4);  // the room hears, though it can't speak
    h.check_heard(0, 0);
    sending::refuse_all(0);
    h.settle();
    h.check_heard(0, 5);
    BOOST_TEST(late.heard_nothing());
}

BOOST_AUTO_TEST_CASE(a_member_that_leaves_or_expires_while_the_send_buffer_is_full_takes_nothing_from_the_others)
{
    full_fixture h{3};
    sending::refuse_all(EAGAIN);
    h.publish(0, 2);
    h.settle();
    h.people[0].say("/quit");
    h.settle();
    BOOST_TEST(h.events->times("left quit") == 1);
    h.time->advance(10s);
    h.people[2].say("#ping#");
    h.settle();
    h.time->advance(1ns);
    h.settle();
    BOOST_TEST(h.events->times("left heartbeat_timeout") == 1);
    h.publish(2, 4);
    sending::refuse_all(0);
    h.settle();
    h.check_heard(0, 4, 2);
}

BOOST_AUTO_TEST_CASE(members_whom_the_log_leaves_behind_a_full_send_buffer_skip_and_are_counted_and_go_on)
{
    full_fixture h{3, {.max_message = 4096, .log_bytes = 256 * 1024}};
    sending::refuse_all(EAGAIN);
    h.publish(0, 1);
    h.settle();
    const auto state = h.room.state();
    for (int i = 0; i < 600; ++i) {  // past the gate: somebody is far behind
        BOOST_REQUIRE(!state->publish({.sender = "*", .text = std::string(1000, 'x')}));
    }
    h.settle();
    BOOST_TEST(h.events->times("skipped") == 0);
    sending::refuse_all(0);
    for (int i = 0; i < 20; ++i) {
        h.settle();
        for (auto& one : h.people) {
            while (!one.heard_nothing()) {
                (void)one.hear();
            }
        }
    }
    BOOST_TEST(h.events->times("skipped") == 3);
    h.publish(1, 3);
    h.settle();
    h.check_heard(1, 3);
}

BOOST_AUTO_TEST_CASE(a_system_short_of_buffers_is_tried_again_after_ten_milliseconds_and_not_before)
{
    for (const int error : {ENOBUFS, ENOMEM}) {
        full_fixture h{3};
        sending::answer_next({{0, 1}, {error, 0}});
        h.publish(0, 2);
        h.settle();
        BOOST_TEST(sending::left() == 0u);
        h.time->advance(10ms - 1ns);
        h.settle();
        BOOST_TEST(h.people[2].heard_nothing());
        h.time->advance(1ns);
        h.settle();
        h.check_heard(0, 2);
        BOOST_TEST(h.events->times("send_failed") == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_datagram_that_can_not_be_sent_is_skipped_and_counted_and_the_rest_go_on)
{
    boost::asio::io_context io;
    const auto events = std::make_shared<unsent_counter>();
    room r{{}, events};
    udp_room udp{io.get_executor(), r};
    const auto at = udp.listen({boost::asio::ip::address_v4::loopback(), 0});
    boost::asio::co_spawn(io, udp.run(), boost::asio::detached);
    const auto settle = [&] {
        for (int i = 0; i < 100; ++i) {
            io.poll();
        }
    };
    std::vector<udp_test_client> people;
    for (int i = 0; i < 3; ++i) {
        people.emplace_back(at).say("#ping#");
        settle();
    }
    sending::answer_next({{0, 1}, {EPERM, 0}, {0, 1}});
    BOOST_REQUIRE(!r.publish("hi"));
    settle();
    BOOST_TEST(events->count == 1u);
    BOOST_TEST((events->last == boost::system::errc::operation_not_permitted));
    int heard = 0;
    for (auto& one : people) {
        if (!one.heard_nothing()) {
            BOOST_TEST(one.hear() == "*\nhi");
            ++heard;
        }
    }
    BOOST_TEST(heard == 2);
    udp.close();
    io.run();
}

BOOST_AUTO_TEST_CASE(the_icmp_of_a_member_who_left_costs_the_others_nothing)
{
    full_fixture h{4};
    // Linux reports it once, at whatever is sent next, and sends that not.
    sending::answer_next({{0, 1}, {ECONNREFUSED, 0}, {0, 1}, {EHOSTUNREACH, 0}});
    h.publish(0, 3);
    h.settle();
    BOOST_TEST(sending::left() == 0u);
    h.check_heard(0, 3);
    BOOST_TEST(h.events->times("send_failed") == 0);
}

BOOST_AUTO_TEST_CASE(a_member_that_is_gone_without_a_word_takes_nothing_from_the_others_until_it_expires)
{
    full_fixture h{4};
    h.people[0].socket().close();
    for (int i = 0; i < 20; ++i) {  // each word to it comes back as an ICMP error
        h.publish(i, i + 1);
        h.settle();
    }
    h.check_heard(0, 20, 1);
    h.time->advance(10s);
    for (std::size_t i = 1; i < 4; ++i) {
        h.people[i].say("#ping#");
    }
    h.settle();
    h.time->advance(1ns);
    h.settle();
    BOOST_TEST(h.events->times("left heartbeat_timeout") == 1);
    BOOST_TEST(h.room.members() == 3u);
    BOOST_TEST(h.events->times("error receive") == 0);
}

BOOST_AUTO_TEST_CASE(an_adopted_socket_that_asked_for_icmp_errors_gets_none_and_its_members_lose_nothing)
{
    boost::asio::io_context io;
    const auto events = std::make_shared<recording_observer>();
    room r{{}, events};
    udp_room udp{io.get_executor(), r};
    boost::asio::ip::udp::socket outside{io, {boost::asio::ip::address_v4::loopback(), 0}};
    int on = 1;
    BOOST_REQUIRE(::setsockopt(outside.native_handle(), IPPROTO_IP, IP_RECVERR, &on, sizeof on) == 0);
    const int copy = ::dup(outside.native_handle());
    const auto at = udp.adopt(outside.release());
    socklen_t size = sizeof on;
    BOOST_REQUIRE(::getsockopt(copy, IPPROTO_IP, IP_RECVERR, &on, &size) == 0);
    ::close(copy);
    BOOST_REQUIRE(on == 0);
    boost::asio::co_spawn(io, udp.run(), boost::asio::detached);
    udp_test_client ann{at};
    udp_test_client bob{at};
    ann.say("#ping#");
    bob.say("#ping#");
    while (events->times("joined") < 2) {
        BOOST_REQUIRE(io.run_one_for(10s) == 1u);
    }
    ann.socket().close();
    for (int i = 0; i < 20; ++i) {
        BOOST_REQUIRE(!r.publish(std::to_string(i)));
        for (int turn = 0; turn < 100; ++turn) {
            io.poll();
        }
        BOOST_REQUIRE(!bob.heard_nothing());
        BOOST_REQUIRE(bob.hear() == "*\n" + std::to_string(i));
    }
    BOOST_TEST(events->times("error receive") == 0);
    udp.close();
    io.run();
}

BOOST_AUTO_TEST_SUITE_END()
