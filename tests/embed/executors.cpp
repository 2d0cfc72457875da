// SPDX-License-Identifier: BSL-1.0
#include "house.hpp"

#include <boost/asio/thread_pool.hpp>

#include <future>
#include <set>
#include <thread>

using namespace chatroom;
namespace asio = boost::asio;

namespace {

const asio::ip::tcp::endpoint loopback{asio::ip::address_v4::loopback(), 0};

/// What a member hears in a room on any executor: its own words, another's, and the room's last word.
void a_room_works_on(const asio::any_io_executor& executor, std::size_t shards)
{
    tcp_room_options options;
    options.server.shards = shards;
    room talk;
    tcp_room tcp{executor, talk, options};
    const auto at = tcp.listen(loopback);
    auto ended = asio::co_spawn(executor, tcp.run(), asio::use_future);
    auto reader = talk.follow(executor);
    auto read = asio::co_spawn(executor, reader.next(), asio::use_future);
    {
        person ann{at};
        ann.say("hi\n");
        BOOST_TEST(ann.hear() == "hi");
        BOOST_TEST(read.get().text == "hi");
        person bob{at};
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

}  // namespace

BOOST_AUTO_TEST_SUITE(embed_executors)

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
        person ann{red_at};
        person bob{blue_at};
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
        void left(member_id, std::string_view, reason) override { enter(); }
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
    tcp_room tcp{strand, room{{}, counted}, options};
    const auto at = tcp.listen(loopback);
    auto ended = asio::co_spawn(strand, tcp.run(), asio::use_future);
    for (int i = 0; i < 50; ++i) {
        person one{at};
        one.say("hello\n");
        BOOST_TEST(one.line() == one.label());
    }
    tcp.close();
    ended.get();
    pool.join();
    BOOST_TEST(!counted->overlapped);
    BOOST_TEST(counted->calls == 100);
}

BOOST_AUTO_TEST_SUITE_END()
