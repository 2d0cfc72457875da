// SPDX-License-Identifier: BSL-1.0
#include "room/room_state.hpp"

#include <chatroom/room/room.hpp>

#include <boost/asio.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace chatroom;
using namespace chatroom::detail;
namespace asio = boost::asio;

namespace {

struct counting_reader : log_reader {
    void wake() noexcept override { ++wakes; }
    std::atomic<int> wakes{0};
};

asio::awaitable<void> read_all(follower& reader, std::vector<message>& out)
{
    try {
        for (;;) {
            auto reading = reader.next();
            auto m = co_await std::move(reading);
            out.push_back(std::move(m));
        }
    } catch (const boost::system::system_error& e) {
        BOOST_TEST((e.code() == error::closed));
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(room_publish)

BOOST_AUTO_TEST_CASE(the_gate_cleans_and_refuses)
{
    room r{{.max_message = 64}};
    BOOST_TEST(!r.publish("1.2.3.4:5", "hi"));
    BOOST_TEST(!r.publish("the room's own word"));
    BOOST_TEST((r.publish("somebody", "hi") == error::invalid_sender));
    BOOST_TEST((r.publish("\x01\x02") == error::empty_text));
    BOOST_TEST((r.publish("") == error::empty_text));
    BOOST_TEST((r.publish("one\ntwo") == error::contains_newline));
    BOOST_TEST(!r.publish(std::string(64, 'x')));
    BOOST_TEST((r.publish(std::string(65, 'x')) == error::text_too_long));
    BOOST_TEST(!r.publish(std::string(64, 'x') + "\x07\x07"));
    r.stop();
    BOOST_TEST((r.publish("hi") == error::closed));
    BOOST_TEST(r.state()->tail().sequence == 4u);
}

BOOST_AUTO_TEST_CASE(what_was_to_be_told_of_the_close_is_forgotten_with_its_owner)
{
    const auto kept = std::make_shared<int>(0);
    const auto gone = std::make_shared<int>(0);
    room r;
    r.state()->on_close(kept.get(), [kept] { ++*kept; });
    r.state()->on_close(gone.get(), [gone] { ++*gone; });
    r.state()->forget(gone.get());
    BOOST_TEST(gone.use_count() == 1);
    r.stop();
    BOOST_TEST(*kept == 1);
    BOOST_TEST(*gone == 0);
    BOOST_TEST(kept.use_count() == 1);
    r.state()->on_close(gone.get(), [gone] { ++*gone; });
    BOOST_TEST(*gone == 1);  // it is closed already
}

BOOST_AUTO_TEST_CASE(times_lie_in_the_log_in_the_order_of_the_messages)
{
    room r;
    {
        std::vector<std::jthread> speakers(4);
        for (auto& speaker : speakers) {
            speaker = std::jthread{[r]() mutable {
                for (int i = 0; i < 20'000; ++i) {
                    (void)r.publish("tick");
                }
            }};
        }
    }
    log_view all;
    r.state()->view_since({}, all);
    auto at = all.oldest();
    auto last = std::chrono::system_clock::time_point::min();
    int reversed = 0;
    while (at != all.tail()) {
        const auto found = all.message_at(at);
        reversed += found.time < last ? 1 : 0;
        last = found.time;
        at = {at.byte + found.wire.size(), at.sequence + 1};
    }
    BOOST_TEST(reversed == 0);
}

BOOST_AUTO_TEST_CASE(bad_options_are_named)
{
    BOOST_CHECK_THROW((room{{.max_message = 63}}), std::invalid_argument);
    BOOST_CHECK_THROW((room{{.log_bytes = 1000}}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(speakers_wait_when_a_reader_is_more_than_half_a_log_behind_and_are_woken_once)
{
    room r{{.max_message = 60'000, .log_bytes = 256 * 1024}};
    const auto slow = std::make_shared<counting_reader>();
    r.state()->add(slow);
    slow->set_backpressure_mark(0);
    while (!r.state()->congested()) {
        BOOST_REQUIRE(!r.publish(std::string(1000, 'x')));
    }
    BOOST_TEST(r.state()->tail().byte > 128u * 1024);
    BOOST_TEST(r.state()->tail().byte - 1004 <= 128u * 1024);
    BOOST_TEST((r.publish("x") == error::would_block));
    BOOST_TEST(slow->wakes == 1);  // many messages, one wake, until it flushes
    slow->clear_scheduled();
    r.state()->request_resume();
    r.state()->resume_if_relieved();
    BOOST_TEST(slow->wakes == 1);  // still pressed
    slow->set_backpressure_mark(r.state()->tail().byte);
    r.state()->resume_if_relieved();
    BOOST_TEST(slow->wakes == 2);
    r.state()->resume_if_relieved();
    BOOST_TEST(slow->wakes == 2);
    BOOST_TEST(!r.publish("x"));
}

BOOST_AUTO_TEST_CASE(members_are_counted_and_their_numbers_are_never_used_twice)
{
    room r;
    r.state()->enter();
    BOOST_TEST(r.members() == 1u);
    r.state()->leave();
    BOOST_TEST(r.members() == 0u);
    const auto first = room_state::next_id();
    BOOST_TEST(first != server_id);
    BOOST_TEST(room_state::next_id() != first);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(room_follower)

BOOST_AUTO_TEST_CASE(a_follower_hears_everything_once_and_in_the_order_of_the_log_from_many_threads)
{
    asio::io_context io;
    room r{{.log_bytes = 64 * 1024 * 1024}};
    auto reader = r.follow(io.get_executor());
    std::vector<message> heard;
    asio::co_spawn(io, read_all(reader, heard), asio::detached);
    constexpr int speakers = 4;
    constexpr int each = 5000;
    std::vector<std::jthread> threads;
    for (int s = 0; s < speakers; ++s) {
        threads.emplace_back([&r, s] {
            for (int i = 0; i < each; ++i) {
                (void)r.publish("1.2.3.4:" + std::to_string(s), std::to_string(i));
            }
        });
    }
    std::jthread running{[&io] { io.run(); }};
    for (auto& t : threads) {
        t.join();
    }
    r.stop();
    running.join();
    BOOST_REQUIRE(heard.size() == std::size_t{speakers * each});
    std::vector<int> next(speakers);
    for (std::size_t i = 0; i < heard.size(); ++i) {
        BOOST_REQUIRE(heard[i].sequence == i);
        auto& expected = next[static_cast<std::size_t>(heard[i].sender.back() - '0')];
        BOOST_REQUIRE(heard[i].text == std::to_string(expected++));
    }
}

BOOST_AUTO_TEST_CASE(one_that_falls_behind_is_told_how_many_it_lost)
{
    asio::io_context io;
    room r{{.log_bytes = 256 * 1024}};
    auto reader = r.follow(io.get_executor());
    for (int i = 0; i < 1000; ++i) {
        BOOST_REQUIRE(!r.publish(std::string(1000, 'x')));
    }
    r.stop();
    std::vector<message> heard;
    asio::co_spawn(io, read_all(reader, heard), asio::detached);
    io.run();
    BOOST_REQUIRE(!heard.empty());
    BOOST_TEST(heard.front().skipped > 0u);
    BOOST_TEST(heard.front().skipped + heard.size() == 1000u);
    BOOST_TEST(heard.back().sequence == 999u);
}

BOOST_AUTO_TEST_CASE(a_follower_may_replay_and_be_stopped_and_outlive_its_room)
{
    asio::io_context io;
    std::optional<room> r{std::in_place};
    for (const auto* text : {"one", "two", "three"}) {
        BOOST_TEST(!r->publish(text));
    }
    auto reader = r->follow(io.get_executor(), 2);
    r.reset();
    std::vector<message> heard;
    asio::co_spawn(io, read_all(reader, heard), asio::detached);
    io.poll();
    BOOST_REQUIRE(heard.size() == 2u);
    BOOST_TEST(heard[0].text == "two");
    reader.stop();
    io.restart();
    io.run();
    BOOST_TEST(heard.size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
