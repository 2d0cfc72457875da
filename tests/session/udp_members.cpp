// SPDX-License-Identifier: BSL-1.0
// As members.cpp, over UDP.
#include "gated_command.hpp"
#include "udp_room_fixture.hpp"

#include "room/room_state.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_future.hpp>

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

struct udp_party {
    explicit udp_party(room_policy policy = {}) : h{{}, {}, 2, std::move(policy)} {}

    std::vector<member> list() { return asio::co_spawn(h.io, h.room.list(), asio::use_future).get(); }

    // The one member that is in.
    member only()
    {
        const auto all = list();
        BOOST_TEST_REQUIRE(all.size() == 1u);
        return all.front();
    }

    udp_room_fixture h;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(udp_room_members)

BOOST_AUTO_TEST_CASE(a_member_over_udp_is_listed_named_told_and_removed)
{
    udp_party p;
    BOOST_TEST(p.list().empty());
    auto ann = p.h.enter();
    const auto her = p.only();
    BOOST_TEST((her.transport() == transport::udp));
    BOOST_TEST(her.address() == ann.label());
    BOOST_TEST((p.only() == her));
    BOOST_TEST(!her.rename("Ann"));
    ann.say("hi");
    BOOST_TEST(ann.hear() == "<Ann>\nhi");
    BOOST_TEST(!her.send("for you"));
    BOOST_TEST(ann.hear() == "*\nfor you");
    BOOST_TEST(!her.send("<Bob> -> <Ann>", std::string(1500, 'x')));
    BOOST_TEST(ann.hear() == "<Bob> -> <Ann>\n" + std::string(1024 - 15, 'x'));
    BOOST_TEST(ann.hear() == "<Bob> -> <Ann>\n" + std::string(1500 - 1024 + 15, 'x'));
    BOOST_TEST(!her.disconnect("enough"));
    BOOST_TEST(ann.hear() == "*\nenough");
    BOOST_TEST(p.h.events->saw("left removed"));
    BOOST_TEST((her.send("still there?") == error::not_a_member));
    ann.say("#ping#");
    BOOST_TEST(p.h.events->saw("joined", 2));
    BOOST_TEST((p.only().id() != her.id()));
    BOOST_TEST(p.only().name().empty());
}

BOOST_AUTO_TEST_CASE(as_many_lines_as_one_likes_go_to_a_member_over_udp)
{
    udp_party p;
    auto ann = p.h.enter();
    const auto her = p.only();
    for (int i = 0; i < 300; ++i) {
        BOOST_TEST_REQUIRE(!her.send(std::string(900, 'x')));
        BOOST_TEST_REQUIRE(ann.hear() == "*\n" + std::string(900, 'x'));
    }
}

BOOST_AUTO_TEST_CASE(a_muted_member_over_udp_is_told_so)
{
    udp_party p;
    auto ann = p.h.enter();
    BOOST_TEST(!p.only().mute(5s));
    ann.say("one");
    BOOST_TEST(ann.hear() == "*\nyou are muted: your message was not passed on");
    p.h.time->advance(5s);
    ann.say("two");
    BOOST_TEST(ann.hear() == by(ann, "two"));
}

BOOST_AUTO_TEST_CASE(a_policy_rules_over_udp_too)
{
    std::atomic<int> joined{0};
    std::atomic<int> left{0};
    room_policy policy;
    policy.joined = [&](const member&) { ++joined; };
    policy.left = [&](const member& who, disconnect_reason why) {
        left += (who.send("gone") == error::not_a_member) && why == disconnect_reason::quit ? 1 : 0;
    };
    policy.submit = [](const member&, std::string_view text) {
        return text == "swear" ? submission::refuse("mind your language")
                               : submission::replace("[" + std::string{text} + "]");
    };
    policy.command = [](const member& from, const std::string& line) {
        if (line == "/throw") {
            throw std::runtime_error{"as asked"};
        }
        (void)from.send("done: " + line);
        return asio::awaitable<void>{};
    };
    udp_party p{policy};
    auto ann = p.h.enter();
    ann.say("swear\nhi");
    BOOST_TEST(ann.hear() == "*\nmind your language");
    BOOST_TEST(ann.hear() == by(ann, "[hi]"));
    ann.say("/who\n/me");
    BOOST_TEST(ann.hear() == "*\ndone: /who");
    BOOST_TEST(ann.hear() == "*\ndone: /me");
    ann.say("//x");
    BOOST_TEST(ann.hear() == by(ann, "[/x]"));
    ann.say("/throw");
    BOOST_TEST(p.h.events->saw("error command"));
    BOOST_TEST(joined == 1);
    ann.say("/quit");
    BOOST_TEST(p.h.events->saw("left quit"));
    BOOST_TEST(advance_until(*p.h.time, 0s, [&] { return left == 1; }));
}

BOOST_AUTO_TEST_CASE(what_a_member_sends_while_its_command_runs_is_executed_behind_it)
{
    gated_command gate;
    room_policy policy;
    policy.command = [&](member from, std::string line) {
        return gated_command::run(gate, std::move(from), std::move(line));
    };
    udp_party p{policy};
    auto ann = p.h.enter();
    ann.say("/first\nmeanwhile\n/second");
    ann.say("behind it");
    ann.say("/quit");
    gate.open(*p.h.time);
    BOOST_TEST(ann.hear() == "*\ndone: /first");
    BOOST_TEST(ann.hear() == by(ann, "meanwhile"));
    gate.open(*p.h.time);
    BOOST_TEST(ann.hear() == "*\ndone: /second");
    BOOST_TEST(ann.hear() == by(ann, "behind it"));
    BOOST_TEST(p.h.events->saw("left quit"));
}

BOOST_AUTO_TEST_CASE(only_so_much_waits_for_a_command)
{
    room_policy policy;
    gated_command gate;
    policy.command = [&](member from, std::string line) {
        return gated_command::run(gate, std::move(from), std::move(line));
    };
    udp_party p{policy};
    auto ann = p.h.enter();
    auto bob = p.h.enter();
    std::string lines = "/wait";
    for (int i = 0; i < 66; ++i) {
        lines += "\nx";
    }
    ann.say(lines);
    BOOST_TEST(p.h.events->saw("dropped", 2));
    BOOST_TEST(ann.hear() == "*\nyour last command is not done yet: some of what you sent meanwhile is lost");
    bob.say("/wait");
    for (int i = 0; i < 17; ++i) {
        bob.say(std::string(1000, 'y'));
    }
    BOOST_TEST(p.h.events->saw("dropped", 3));
    BOOST_TEST(p.h.room.state()->tail().sequence == 0u);
}

BOOST_AUTO_TEST_CASE(an_admission_over_udp_may_wait_and_is_asked_once_however_often_the_peer_knocks)
{
    room_policy policy;
    std::atomic<bool> expected{true};
    std::atomic<int> asked{0};
    policy.admit = [&](std::string, transport by) -> asio::awaitable<admission_verdict> {
        expected = expected && by == transport::udp;
        const auto executor = co_await asio::this_coro::executor;
        asio::steady_timer timer{executor, 20ms};
        auto waiting = timer.async_wait(asio::use_awaitable);
        co_await std::move(waiting);
        switch (asked++) {
        case 0: co_return admission_verdict::admit();
        case 1: co_return admission_verdict::refuse("not today");
        case 2: throw std::runtime_error{"as asked"};
        default: co_return admission_verdict::refuse();
        }
    };
    udp_party p{policy};
    udp_test_client ann{p.h.at};
    for (int i = 0; i < 5; ++i) {
        ann.say("#ping#");
    }
    BOOST_TEST(p.h.events->saw("joined"));
    ann.say("hi");
    BOOST_TEST(ann.hear() == by(ann, "hi"));
    udp_test_client bob{p.h.at};
    bob.say("#ping#");
    BOOST_TEST(bob.hear() == "*\nnot today");
    udp_test_client eve{p.h.at};
    eve.say("#ping#");
    BOOST_TEST(p.h.events->saw("error admit"));
    BOOST_TEST(p.h.events->saw("refused rejected", 2));
    eve.say("#ping#");
    BOOST_TEST(p.h.events->saw("refused rejected", 3));
    BOOST_TEST(eve.heard_nothing());
    BOOST_TEST(asked == 4);
    BOOST_TEST(expected);
    BOOST_TEST(p.h.room.members() == 1u);
}

BOOST_AUTO_TEST_CASE(an_admission_over_udp_that_takes_longer_than_ten_seconds_is_cancelled)
{
    room_policy policy;
    policy.admit = [](std::string, transport) -> asio::awaitable<admission_verdict> {
        const auto executor = co_await asio::this_coro::executor;
        asio::steady_timer timer{executor, asio::steady_timer::time_point::max()};
        auto waiting = timer.async_wait(asio::use_awaitable);
        co_await std::move(waiting);
        co_return admission_verdict::admit();
    };
    udp_party p{policy};
    udp_test_client ann{p.h.at};
    ann.say("#ping#");
    BOOST_TEST(advance_until(*p.h.time, 1s, [&] { return p.h.events->times("refused rejected") == 1; }));
    BOOST_TEST(p.h.room.members() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
