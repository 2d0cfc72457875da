// SPDX-License-Identifier: BSL-1.0
#include "room_fixture.hpp"

#include <chatroom/serve/tcp_server.hpp>

#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <future>
#include <limits>
#include <set>
#include <thread>

using namespace chatroom;
using namespace chatroom::detail;
namespace asio = boost::asio;

namespace {

const asio::ip::tcp::endpoint loopback{asio::ip::address_v4::loopback(), 0};

/// What a member hears in a room on any executor: its own words, another's, and the room's last word.
void a_room_works_on(const asio::any_io_executor& executor, std::size_t shards)
{
    tcp_room_options options;
    options.server.shards = shards;
    options.server.connections_per_shard = 0;
    room talk;
    tcp_room tcp{executor, talk, options};
    const auto at = tcp.listen(loopback);
    auto ended = asio::co_spawn(executor, tcp.run(), asio::use_future);
    auto reader = talk.follow(executor);
    auto read = asio::co_spawn(executor, reader.next(), asio::use_future);
    {
        test_client ann{at};
        ann.say("hi\n");
        BOOST_TEST(ann.hear() == "hi");
        BOOST_TEST(read.get().text == "hi");
        test_client bob{at};
        bob.say("ho\n");
        BOOST_TEST(bob.hear() == "ho");
        BOOST_TEST(ann.hear() == "ho");
        BOOST_TEST(talk.members() == 2u);
        tcp.stop();
        BOOST_TEST(ann.hear() == "the room is closing");
        BOOST_TEST(ann.line() == "(end)");
    }
    BOOST_TEST((ended.wait_for(std::chrono::seconds{10}) == std::future_status::ready));
}

/// Runs what is ready, until nothing is; returns how many turns that took.
std::size_t run_ready(asio::io_context& io)
{
    std::size_t turns = 0;
    while (const auto n = io.poll()) {
        turns += n;
    }
    return turns;
}

/// How many turns a word takes; of three, the least, for an alarm may ring meanwhile.
std::size_t turns_of(asio::io_context& io, room& talk)
{
    auto least = std::numeric_limits<std::size_t>::max();
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(!talk.publish("word"));
        least = std::min(least, run_ready(io));
    }
    return least;
}

/// How many turns it takes a room of so many shards to pass on one word to three members, and once they have gone.
std::pair<std::size_t, std::size_t> turns_for_a_word(std::size_t shards)
{
    asio::io_context io{1};
    tcp_room_options options;
    options.server.shards = shards;
    room talk;
    tcp_room tcp{io.get_executor(), talk, options, std::make_shared<manual_clock>()};
    const auto at = tcp.listen(loopback);
    asio::co_spawn(io, tcp.run(), asio::detached);
    const auto wait_for_members = [&](std::size_t count) {
        while (talk.members() != count && io.run_one_for(std::chrono::seconds{10}) != 0) {
        }
        run_ready(io);
        BOOST_TEST(talk.members() == count);
    };
    std::vector<test_client> people;
    for (std::size_t i = 1; i <= 3; ++i) {
        people.emplace_back(at);
        wait_for_members(i);
    }
    const auto turns = turns_of(io, talk);
    for (auto& one : people) {
        BOOST_TEST(one.hear() == "word");
    }
    people.clear();
    wait_for_members(0);
    return {turns, turns_of(io, talk)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(embed_executors)

BOOST_AUTO_TEST_CASE(a_small_room_is_served_by_one_shard_and_the_others_sleep)
{
    const auto [by_one, by_one_to_nobody] = turns_for_a_word(1);
    const auto [by_many, by_many_to_nobody] = turns_for_a_word(8);
    BOOST_TEST(by_many == by_one);
    BOOST_TEST(by_one_to_nobody == 0u);
    BOOST_TEST(by_many_to_nobody == 0u);
}

BOOST_AUTO_TEST_CASE(a_room_works_on_an_io_context_of_one_thread)
{
    asio::io_context io{1};
    auto work = asio::make_work_guard(io);
    std::jthread thread{[&io] { io.run(); }};
    a_room_works_on(io.get_executor(), 1);
    work.reset();
}

BOOST_AUTO_TEST_CASE(a_room_works_on_a_thread_pool)
{
    asio::thread_pool pool{3};
    a_room_works_on(pool.get_executor(), 3);
    pool.join();
}

BOOST_AUTO_TEST_CASE(a_room_works_on_a_strand_of_a_pool)
{
    asio::thread_pool pool{3};
    a_room_works_on(asio::make_strand(pool), 2);
    pool.join();
}

BOOST_AUTO_TEST_CASE(rooms_on_one_executor_share_nothing_else)
{
    asio::thread_pool pool{2};
    room red;
    room blue;
    tcp_room red_tcp{pool.get_executor(), red};
    tcp_room blue_tcp{pool.get_executor(), blue};
    const auto red_at = red_tcp.listen(loopback);
    const auto blue_at = blue_tcp.listen(loopback);
    auto red_ended = asio::co_spawn(pool, red_tcp.run(), asio::use_future);
    auto blue_ended = asio::co_spawn(pool, blue_tcp.run(), asio::use_future);
    {
        test_client ann{red_at};
        test_client bob{blue_at};
        ann.say("red\n");
        BOOST_TEST(ann.hear() == "red");
        bob.say("blue\n");
        BOOST_TEST(bob.hear() == "blue");
        red_tcp.close();
        red_ended.get();
        BOOST_TEST(red.members() == 0u);
        bob.say("still here\n");
        BOOST_TEST(bob.hear() == "still here");
        blue_tcp.close();
    }
    blue_ended.get();
    pool.join();
}

BOOST_AUTO_TEST_CASE(an_observer_on_one_strand_is_never_called_twice_at_once)
{
    struct counter : observer {
        void joined(member_id, std::string_view) override { enter(); }
        void left(member_id, std::string_view, disconnect_reason) override { enter(); }
        void enter()
        {
            overlapped = overlapped || inside.exchange(true);
            std::this_thread::yield();
            ++calls;
            inside = false;
        }
        std::atomic<bool> inside{false};
        std::atomic<bool> overlapped{false};
        int calls = 0;
    };
    asio::thread_pool pool{4};
    const auto strand = asio::make_strand(pool);
    const auto counted = std::make_shared<counter>();
    tcp_room_options options;
    options.server.shards = 4;
    options.server.connections_per_shard = 0;
    tcp_room tcp{strand, room{{}, counted}, options};
    const auto at = tcp.listen(loopback);
    auto ended = asio::co_spawn(strand, tcp.run(), asio::use_future);
    std::vector<test_client> people;
    for (int i = 0; i < 50; ++i) {
        auto& one = people.emplace_back(at);
        one.say("hello\n");
        BOOST_TEST(one.line() == one.label());
    }
    tcp.close();
    ended.get();
    pool.join();
    BOOST_TEST(!counted->overlapped);
    BOOST_TEST(counted->calls == 100);
}

BOOST_AUTO_TEST_CASE(a_handler_that_waits_for_another_context_keeps_its_own_from_running_out_of_work)
{
    asio::io_context io;
    asio::io_context other;
    bool done = false;
    tcp_server server{io.get_executor(), [&](connection accepted) -> task<> {
                          accepted.stream.close();
                          server.stop();
                          asio::steady_timer timer{other, std::chrono::milliseconds{100}};
                          auto waiting = timer.async_wait(use_task);
                          co_await std::move(waiting);
                          done = true;
                      }};
    const auto at = server.listen(loopback);
    asio::co_spawn(other, server.run(), asio::detached);  // on its own context it would be work there
    test_client ann{at};
    std::jthread thread{[&other] { other.run(); }};
    io.run();
    BOOST_TEST(done);
    other.stop();
}

BOOST_AUTO_TEST_SUITE_END()
