// SPDX-License-Identifier: BSL-1.0
// Stopping and destroying in any order: the context outlives all, and that is the one rule.
#include "udp_room_fixture.hpp"

#include <array>

using namespace chatroom;
namespace asio = boost::asio;

namespace {

const asio::ip::tcp::endpoint loopback{asio::ip::address_v4::loopback(), 0};

/// Everything that can be alive at once, on a context with two threads, with a member inside each transport.
struct full_fixture {
    full_fixture()
    {
        const auto over = [this](std::exception_ptr) { ++ended; };
        for (auto* at : {&first, &second}) {
            const auto where = (*at)->listen(loopback);
            asio::co_spawn(io, (*at)->run(), over);
            people.emplace_back(where).say("hello\n");
        }
        eve.emplace(udp->listen({loopback.address(), 0}));
        asio::co_spawn(io, udp->run(), over);
        asio::co_spawn(io, reader->next(), [](std::exception_ptr, const message&) {});
        for (auto& thread : threads) {
            thread = std::jthread{[this] { io.run(); }};
        }
        for (auto& one : people) {  // each has heard a message: it is in
            BOOST_TEST(one.hear() == "hello");
        }
        eve->say("#ping#");
        BOOST_TEST(seen->saw("joined", 3));
    }

    void end(int what)
    {
        switch (what) {
        case 0: first.reset(); break;
        case 1: second.reset(); break;
        case 2: udp.reset(); break;
        case 3: talk.reset(); break;
        case 4: reader.reset(); break;
        default: break;
        }
    }

    void stop(int what)
    {
        switch (what) {
        case 0: first->stop(); break;
        case 1: second->close(); break;
        case 2: udp->stop(); break;
        case 3: talk->stop(); break;
        case 4: reader->stop(); break;
        default: break;
        }
    }

    /// Waits until the context has run out of work.
    void join()
    {
        people.clear();
        for (auto& thread : threads) {
            thread = {};
        }
        BOOST_TEST(ended == 3);
    }

    asio::io_context io;
    std::shared_ptr<recording_observer> seen = std::make_shared<recording_observer>();
    std::optional<room> talk{std::in_place, room_options{}, seen};
    std::optional<tcp_room> first{std::in_place, io.get_executor(), *talk};
    std::optional<tcp_room> second{std::in_place, io.get_executor(), *talk};
    std::optional<udp_room> udp{std::in_place, io.get_executor(), *talk};
    std::optional<follower> reader{talk->follow(io.get_executor())};
    std::vector<test_client> people;
    std::optional<udp_test_client> eve;
    std::atomic<int> ended{0};
    std::array<std::jthread, 2> threads;
};

constexpr std::array all{0, 1, 2, 3, 4};

template <typename Act>
void in_every_order(Act act)
{
    auto order = all;
    do {
        act(order);
    } while (std::next_permutation(order.begin(), order.end()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(embed_ends)

BOOST_AUTO_TEST_CASE(rooms_and_followers_may_be_destroyed_in_any_order_with_members_inside)
{
    in_every_order([](const auto& order) {
        full_fixture h;
        for (const int what : order) {
            h.end(what);
        }
        h.join();
    });
}

BOOST_AUTO_TEST_CASE(rooms_and_followers_may_be_stopped_in_any_order_and_their_members_are_told)
{
    in_every_order([](const auto& order) {
        full_fixture h;
        for (const int what : order) {
            h.stop(what);
        }
        auto last = h.people.front().hear();
        while (last == "hello") {
            last = h.people.front().hear();
        }
        BOOST_TEST(last == "the room is closing");
        BOOST_TEST(h.eve->hear() == "*\nthe room is closing");
        h.join();
    });
}

BOOST_AUTO_TEST_CASE(stopping_twice_and_after_the_end_is_harmless)
{
    full_fixture h;
    for (int turn = 0; turn < 2; ++turn) {
        for (const int what : all) {
            h.stop(what);
        }
    }
    h.join();
    for (const int what : all) {
        h.stop(what);
    }
}

BOOST_AUTO_TEST_CASE(a_wait_for_the_end_that_is_cancelled_throws_and_ends_nothing)
{
    asio::io_context io;
    room talk;
    tcp_room tcp{io.get_executor(), talk};
    udp_room udp{io.get_executor(), talk};
    const auto at = tcp.listen(loopback);
    asio::cancellation_signal cancel;
    std::vector<std::exception_ptr> failures;
    const auto note = [&](const std::exception_ptr& failure) { failures.push_back(failure); };
    asio::co_spawn(io, tcp.run(), asio::bind_cancellation_slot(cancel.slot(), note));
    asio::cancellation_signal cancel_udp;
    asio::co_spawn(io, udp.run(), asio::bind_cancellation_slot(cancel_udp.slot(), note));
    io.poll();
    cancel.emit(asio::cancellation_type::terminal);
    cancel_udp.emit(asio::cancellation_type::terminal);
    io.poll();
    BOOST_TEST_REQUIRE(failures.size() == 2U);
    for (const auto& failure : failures) {
        BOOST_TEST_REQUIRE((failure != nullptr));
        BOOST_CHECK_EXCEPTION(std::rethrow_exception(failure), boost::system::system_error,
                              [](const auto& e) { return e.code() == asio::error::operation_aborted; });
    }
    test_client ann{at};
    ann.say("hello\n");
    for (int i = 0; i < 1000 && talk.members() == 0; ++i) {
        io.run_one_for(std::chrono::milliseconds{10});
    }
    BOOST_TEST(talk.members() == 1U);
    tcp.close();
    udp.close();
    io.run();
}

BOOST_AUTO_TEST_CASE(a_context_that_is_destroyed_with_members_inside_calls_no_observer)
{
    const auto seen = std::make_shared<recording_observer>();
    auto io = std::make_unique<asio::io_context>();
    {
        tcp_room tcp{io->get_executor(), room{{}, seen}};
        const auto at = tcp.listen(loopback);
        asio::co_spawn(*io, tcp.run(), [](std::exception_ptr) {});
        test_client ann{at};
        ann.say("hello\n");
        while (seen->times("joined") == 0) {
            io->run_one_for(std::chrono::milliseconds{100});
        }
    }
    io.reset();
    BOOST_TEST(seen->times("joined") == 1);
    for (std::size_t r = 0; r < disconnect_reason_count; ++r) {
        BOOST_TEST(seen->times("left " + std::string{to_string(static_cast<disconnect_reason>(r))}) == 0);
    }
}

BOOST_AUTO_TEST_CASE(threads_that_publish_are_heard_each_in_its_order_and_by_all_in_the_same)
{
    constexpr int threads = 4;
    constexpr int each = 200;
    full_fixture h;
    auto other = h.talk->follow(h.io.get_executor());
    {
        std::vector<std::jthread> speakers;
        for (int t = 0; t < threads; ++t) {
            speakers.emplace_back([t, talk = *h.talk]() mutable {
                for (int i = 0; i < each;) {
                    const auto refused = talk.publish("1.2.3.4:" + std::to_string(t), std::to_string(i));
                    i += refused ? 0 : 1;
                }
            });
        }
    }
    std::array<int, threads> next{};
    std::vector<std::string> first_heard;
    std::vector<std::string> second_heard;
    for (int i = 0; i < threads * each; ++i) {
        const auto take = [](test_client& p, std::vector<std::string>& heard) {
            auto sender = p.line();
            heard.push_back(sender + ' ' + p.line());
            return sender;
        };
        while (!take(h.people[0], first_heard).starts_with("1.2.3.4:")) {
            first_heard.pop_back();
        }
        while (!take(h.people[1], second_heard).starts_with("1.2.3.4:")) {
            second_heard.pop_back();
        }
        const auto& last = first_heard.back();
        const auto speaker = static_cast<std::size_t>(last[8] - '0');
        BOOST_TEST(last.substr(10) == std::to_string(next[speaker]++));
    }
    BOOST_TEST((first_heard == second_heard));
    for (int what = 0; what < 4; ++what) {
        h.stop(what);
    }
    other.stop();
    h.join();
}

BOOST_AUTO_TEST_SUITE_END()
