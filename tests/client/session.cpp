// SPDX-License-Identifier: BSL-1.0
#include "play.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdio>

using namespace client;
using namespace std::chrono_literals;

namespace {

session_options once()
{
    session_options options;
    return options;
}

session_options reconnecting()
{
    session_options options;
    options.reconnect = true;
    return options;
}

session_options over_udp()
{
    session_options options;
    options.pace = udp_pace;
    return options;
}

// The wait that the last notice tells, which is rounded to a tenth of a second.
std::chrono::milliseconds told_wait(const play& p)
{
    double told = -1;
    const auto& notice = p.front.told.back();
    const auto at = notice.find("; next attempt in ");
    BOOST_TEST_REQUIRE(at != notice.npos, notice);
    BOOST_TEST(std::sscanf(notice.c_str() + at, "; next attempt in %lf s", &told) == 1);
    return std::chrono::milliseconds{static_cast<int>(told * 1000 + 0.5)};
}

// A server that is away: each attempt comes when it was told, and no later than the ceiling.
void attempts_come_as_told(play& p, std::initializer_list<std::chrono::milliseconds> ceilings)
{
    for (const auto ceiling : ceilings) {
        const auto wait = told_wait(p);
        const auto before = p.server.attempts;
        BOOST_TEST(wait.count() <= ceiling.count());
        p.after(std::max(wait - 51ms, 0ms));
        if (wait > 51ms) {
            BOOST_TEST(p.server.attempts == before);
        }
        p.after(102ms);
        BOOST_TEST(p.server.attempts == before + 1);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client_session)

BOOST_AUTO_TEST_CASE(after_a_loss_attempts_come_when_they_were_told_up_to_ceilings_that_double_to_30_s)
{
    play p{reconnecting(), true};
    p.begin();
    BOOST_TEST(p.server.attempts == 1);
    p.server_goes();
    attempts_come_as_told(p, {1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s});
    p.server.up = true;
    p.after(30s);
    BOOST_TEST(p.front.told.back() == "again in the room at 127.0.0.1 port 9001");
}

BOOST_AUTO_TEST_CASE(a_server_that_takes_and_drops_is_called_less_and_less_until_it_has_held_for_30_s)
{
    play p{reconnecting(), true};
    p.begin();
    for (const auto ceiling : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        p.server_goes();
        const auto wait = told_wait(p);
        BOOST_TEST(wait.count() <= std::chrono::milliseconds{ceiling}.count());
        p.server.up = true;
        p.after(wait + 51ms);
        BOOST_TEST(p.server.connected);
    }
    p.after(30s);
    p.server_goes();
    BOOST_TEST(told_wait(p).count() <= 1000);
}

BOOST_AUTO_TEST_CASE(what_was_typed_meanwhile_is_said_once_and_in_order_and_the_101st_is_refused)
{
    play p{reconnecting(), true};
    p.begin();
    p.server_goes();
    for (int i = 0; i < 101; ++i) {
        p.says(std::to_string(i));
    }
    BOOST_TEST(p.front.told.back() == "not kept, since 100 messages wait already: 100");
    BOOST_TEST(p.server.said.empty());
    p.server.up = true;
    p.after(1s);
    BOOST_TEST_REQUIRE(p.server.said.size() == 100u);
    for (int i = 0; i < 100; ++i) {
        BOOST_TEST(p.server.said[static_cast<std::size_t>(i)] == std::to_string(i));
        p.comes_back(std::to_string(i));
    }
    p.after(1h);
    BOOST_TEST(p.server.said.size() == 100u);
}

BOOST_AUTO_TEST_CASE(a_word_that_does_not_come_back_is_given_up_after_5_s_and_not_before)
{
    play p{once()};
    p.begin();
    p.says("hi");
    p.ends();
    p.after(4999ms);
    BOOST_TEST(!p.over);
    p.after(1ms);
    BOOST_TEST(p.over);
    BOOST_TEST((p.talk.result() == exit_code::unheard));
    BOOST_TEST(p.talk.complaint() ==
               "1 message did not come back from the room: nothing came from 127.0.0.1 port 9001; "
               "is a chatroom-server with --tcp there?");
}

BOOST_AUTO_TEST_CASE(each_word_that_comes_back_gives_the_others_5_s_more)
{
    play p{once()};
    p.begin();
    for (const auto* word : {"one", "two", "three"}) {
        p.says(word);
    }
    p.ends();
    for (const auto* word : {"one", "two", "three"}) {
        p.after(4999ms);
        BOOST_TEST(!p.over);
        p.comes_back(word);
    }
    BOOST_TEST(p.over);
    BOOST_TEST((p.talk.result() == exit_code::ok));
}

BOOST_AUTO_TEST_CASE(where_a_pace_is_kept_the_burst_goes_at_once_and_the_rest_at_the_rate)
{
    play p{over_udp()};
    p.begin();
    for (int i = 0; i < 100; ++i) {
        p.says(std::to_string(i));
    }
    BOOST_TEST(p.server.said.size() == 80u);
    p.after(500ms);
    BOOST_TEST(p.server.said.size() == 89u);
    p.ends();
    for (int i = 0; i < 100; ++i) {
        p.comes_back(std::to_string(i));
        p.after(56ms);
    }
    BOOST_TEST(p.server.said.size() == 100u);
    BOOST_TEST(p.over);
    BOOST_TEST((p.talk.result() == exit_code::ok));
}

BOOST_AUTO_TEST_CASE(without_reconnect_a_loss_is_the_end)
{
    play p{once()};
    p.begin();
    p.server_goes();
    BOOST_TEST(p.over);
    BOOST_TEST((p.talk.result() == exit_code::lost));
    play never{once()};
    never.server.up = false;
    never.begin();
    BOOST_TEST(never.over);
    BOOST_TEST((never.talk.result() == exit_code::no_connection));
    BOOST_TEST(never.server.attempts == 1);
}

BOOST_AUTO_TEST_SUITE_END()
