// SPDX-License-Identifier: BSL-1.0
// What a program that embeds a room decides for its members over TCP.
#include "gated_command.hpp"
#include "party.hpp"
#include "room/room_state.hpp"

#include <boost/asio/as_tuple.hpp>

BOOST_AUTO_TEST_SUITE(tcp_room_policy)

BOOST_AUTO_TEST_CASE(a_policy_passes_replaces_or_refuses_what_members_say_and_an_exception_refuses_it)
{
    room_policy policy;
    policy.submit = [](const member& from, std::string_view text) {
        if (text == "throw" || from.address().empty()) {
            throw std::runtime_error{"as asked"};
        }
        if (text == "swear") {
            return submission::refuse("mind your language");
        }
        return text == "cat" ? submission::replace("dog\x1b") : submission::pass();
    };
    party p{policy};
    auto ann = p.h.enter();
    ann.say("swear\ncat\nthrow\nplain\n");
    BOOST_TEST(ann.line() == "*");
    BOOST_TEST(ann.line() == "mind your language");
    BOOST_TEST(ann.hear() == "dog");
    BOOST_TEST(ann.hear() == "plain");
    BOOST_TEST(p.h.events->saw("error submit"));
    BOOST_TEST(p.h.events->times("dropped") == 2);
    BOOST_TEST(!p.h.room.publish("swear"));
    BOOST_TEST(ann.hear() == "swear");
}

BOOST_AUTO_TEST_CASE(a_command_may_wait_and_nothing_more_of_its_member_is_executed_meanwhile)
{
    gated_command gate;
    const auto failing = [](std::string words) -> asio::awaitable<void> {
        throw std::runtime_error{words};
        co_return;
    };
    room_policy policy;
    policy.command = [&](const member& from, const std::string& line) {
        if (line == "/at once") {
            (void)from.send("done: " + line);
            return asio::awaitable<void>{};
        }
        return line == "/throw" ? failing("as asked") : gated_command::run(gate, from, line);
    };
    party p{policy};
    auto ann = p.h.enter();
    auto bob = p.h.enter();
    BOOST_TEST(ann.line() == bob.label());
    BOOST_TEST(ann.line() == "hello");
    ann.say("/at once\n/at once\n/at once\n");
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(ann.hear() == "done: /at once");
    }
    ann.say(" /wait for it \nafter\n//x\n");
    bob.say("meanwhile\n");
    BOOST_TEST(ann.hear() == "meanwhile");
    BOOST_TEST(bob.hear() == "meanwhile");
    gate.open(*p.h.time);
    BOOST_TEST(ann.hear() == "done: /wait for it");
    BOOST_TEST(ann.hear() == "after");
    BOOST_TEST(ann.hear() == "/x");
    bob.say("/throw\nand on\n");
    BOOST_TEST(ann.hear() == "and on");
    BOOST_TEST(p.h.events->saw("error command"));
}

// As nc does with what is piped into it.
BOOST_AUTO_TEST_CASE(a_command_without_a_newline_at_the_end_of_the_stream_is_executed)
{
    room_policy policy;
    policy.command = [](member from, std::string line) -> asio::awaitable<void> {
        const auto executor = co_await asio::this_coro::executor;
        asio::steady_timer timer{executor, 1ms};
        auto waiting = timer.async_wait(asio::use_awaitable);
        co_await std::move(waiting);
        (void)from.send("done: " + line);
    };
    party p{policy};
    test_client ann{p.h.at};
    ann.say("/roll");
    ann.socket().shutdown(asio::socket_base::shutdown_send);
    BOOST_TEST(ann.hear() == "done: /roll");
    BOOST_TEST(ann.line() == "(end)");
    BOOST_TEST(p.h.events->saw("left end_of_file"));
}

// The gap of a peer that sends no newline ends a line while its session waits for bytes.
BOOST_AUTO_TEST_CASE(what_comes_while_a_command_runs_resets_nobody)
{
    std::atomic<bool> running{false};
    std::atomic<bool> go{false};
    room_policy policy;
    policy.command = [&](member, std::string) -> asio::awaitable<void> {
        running = true;
        const auto executor = co_await asio::this_coro::executor;
        asio::steady_timer timer{executor};
        while (!go) {
            timer.expires_after(1ms);
            auto waiting = timer.async_wait(asio::use_awaitable);
            co_await std::move(waiting);
        }
    };
    party p{policy};
    test_client ann{p.h.at};
    ann.say("/slow");
    BOOST_TEST(advance_until(*p.h.time, 100ms, [&] { return running.load(); }));
    ann.say("more");
    (void)p.list();
    std::this_thread::sleep_for(20ms);  // whether it is left alone can't be waited for
    go = true;
    bool heard = false;
    std::jthread listener{[&] { heard = ann.hear() == "more"; }};
    (void)advance_until(*p.h.time, 100ms, [&] { return p.h.room.state()->tail().sequence == 1; });
    listener.join();
    BOOST_TEST(heard);
    BOOST_TEST(p.h.events->times("left reset") == 0);
}

BOOST_AUTO_TEST_CASE(without_a_command_hook_a_slash_is_a_slash)
{
    party p;
    auto ann = p.h.enter();
    ann.say("/who\n//x\n");
    BOOST_TEST(ann.hear() == "/who");
    BOOST_TEST(ann.hear() == "//x");
}

BOOST_AUTO_TEST_CASE(an_admission_may_ask_another_coroutine_and_wait_for_it)
{
    room_policy policy;
    std::atomic<bool> expected{true};
    std::atomic<int> asked{0};
    policy.admit = [&](std::string address, transport by) -> asio::awaitable<admission_verdict> {
        expected = expected && !address.empty() && by == transport::tcp;
        const auto executor = co_await asio::this_coro::executor;
        asio::steady_timer timer{executor, 1ms};
        auto waiting = timer.async_wait(asio::use_awaitable);
        co_await std::move(waiting);
        switch (asked++) {
        case 0: co_return admission_verdict::admit();
        case 1: co_return admission_verdict::refuse("not today");
        case 2: co_return admission_verdict::refuse();
        default: throw std::runtime_error{"as asked"};
        }
    };
    party p{policy};
    auto ann = p.h.enter();
    test_client bob{p.h.at};
    BOOST_TEST(bob.line() == "*");
    BOOST_TEST(bob.line() == "not today");
    BOOST_TEST(bob.line() == "(end)");
    test_client eve{p.h.at};
    BOOST_TEST(eve.line() == "(end)");
    test_client dan{p.h.at};
    BOOST_TEST(dan.line() == "(end)");
    BOOST_TEST(expected);
    BOOST_TEST(p.h.events->times("refused rejected") == 3);
    BOOST_TEST(p.h.events->times("error admit") == 1);
    BOOST_TEST(p.h.room.members() == 1u);
}

BOOST_AUTO_TEST_CASE(an_admission_that_takes_longer_than_ten_seconds_is_cancelled)
{
    room_policy policy;
    std::atomic<bool> cancelled{false};
    policy.admit = [&](std::string, transport) -> asio::awaitable<admission_verdict> {
        const auto executor = co_await asio::this_coro::executor;
        asio::steady_timer timer{executor, asio::steady_timer::time_point::max()};
        auto waiting = timer.async_wait(asio::as_tuple(asio::use_awaitable));
        const auto [ec] = co_await std::move(waiting);
        cancelled = ec == asio::error::operation_aborted;
        co_return admission_verdict::admit();
    };
    party p{policy};
    test_client ann{p.h.at};
    BOOST_TEST(advance_until(*p.h.time, 1s, [&] { return p.h.events->times("refused rejected") == 1; }));
    BOOST_TEST(advance_until(*p.h.time, 0s, [&] { return cancelled.load(); }));
    BOOST_TEST(ann.line() == "(end)");
    BOOST_TEST(p.h.room.members() == 0u);
}

BOOST_AUTO_TEST_CASE(who_left_and_why_is_told_at_once)
{
    std::mutex mutex;
    std::vector<disconnect_reason> why;
    room_policy policy;
    policy.left = [&](const member&, disconnect_reason reason) {
        const std::scoped_lock lock{mutex};
        why.push_back(reason);
    };
    party p{policy};
    {
        auto ann = p.h.enter();
        ann.say("/quit\n");
        BOOST_TEST(ann.line() == "(end)");
    }
    BOOST_TEST(p.h.events->saw("left quit"));
    BOOST_TEST(advance_until(*p.h.time, 0s, [&] {
        const std::scoped_lock lock{mutex};
        return why == std::vector{disconnect_reason::quit};
    }));
}

BOOST_AUTO_TEST_CASE(the_place_of_one_that_is_gone_is_free_when_that_is_told)
{
    const shared_limits both{0, 0};
    tcp_room_options options;
    options.members.shared = both;
    std::atomic<std::size_t> places_taken = 1;
    room_policy policy;
    policy.left = [&](const member&, disconnect_reason) { places_taken = both.members(); };
    party p{policy, options};
    p.h.enter();
    BOOST_TEST(advance_until(*p.h.time, 0s, [&] { return places_taken == 0; }));
}

BOOST_AUTO_TEST_SUITE_END()
