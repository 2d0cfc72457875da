// SPDX-License-Identifier: BSL-1.0
#include "session_script.hpp"

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
    options.random.seed(1);  // a wait of 0 ms, drawn now and then, would be one more attempt in the same turn
    return options;
}

session_options over_udp()
{
    session_options options;
    options.server.over = transport::udp;
    options.pace = udp_pace;
    return options;
}

// How many notices begin like this.
auto told(const play& p, const std::string& begin)
{
    return std::count_if(p.front.told.begin(), p.front.told.end(),
                         [&](const std::string& notice) { return notice.starts_with(begin); });
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
    BOOST_TEST(p.front.told.back() == "connected again to 127.0.0.1 port 9001");
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
    for (int i = 0; i < 100; ++i) {
        BOOST_TEST_REQUIRE(p.server.said.size() == std::min<std::size_t>(100, static_cast<std::size_t>(i) + 16));
        BOOST_TEST(p.server.said[static_cast<std::size_t>(i)] == std::to_string(i));
        p.comes_back(std::to_string(i));
    }
    p.after(1h);
    BOOST_TEST(p.server.said.size() == 100u);
}

BOOST_AUTO_TEST_CASE(a_slow_room_that_holds_up_a_paste_has_5_s_for_each_line)
{
    auto options = reconnecting();
    options.echo_timeout = 1s;
    play p{options, true};
    p.begin();
    for (int i = 0; i < 20; ++i) {
        p.says(std::to_string(i));
    }
    p.after(4999ms);
    BOOST_TEST(told(p, "did not come back from the room") == 0);
    p.comes_back("0");
    p.after(4999ms);
    BOOST_TEST(told(p, "did not come back from the room") == 0);
    p.after(1ms);
    BOOST_TEST(told(p, "did not come back from the room: 1") == 1);
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

BOOST_AUTO_TEST_CASE(what_the_server_hangs_up_on_is_given_up_the_third_time_and_what_is_behind_it_goes_out)
{
    play p{reconnecting()};
    p.server.poison = "Host: a";
    p.begin();
    for (const auto* text : {"before", "Host: a", "behind"}) {
        p.says(text);
    }
    p.ends();
    for (int i = 0; i < 30 && !p.server.connected; ++i) {  // "before" did not get back before the end either
        p.after(1s);
    }
    p.after(1s);
    p.comes_back("before");
    for (int i = 0; i < 300 && !p.over; ++i) {
        p.after(1s);
        if (!p.server.said.empty() && p.server.said.back() == "behind" && p.server.connected) {
            p.comes_back("behind");
        }
    }
    BOOST_TEST(p.over);
    BOOST_TEST(told(p, "given up, since 3 connections in a row ended before it came back: Host: a") == 1);
    BOOST_TEST(std::count(p.server.said.begin(), p.server.said.end(), "Host: a") <= 4);
    BOOST_TEST(p.server.said.back() == "behind");
    BOOST_TEST((p.talk.result() == exit_code::unheard));
    BOOST_TEST(p.talk.complaint() == "1 message did not come back from the room");
}

BOOST_AUTO_TEST_CASE(the_time_in_which_our_own_output_is_full_is_no_silence_of_the_room)
{
    play p{reconnecting()};
    p.begin();
    p.says("one");
    p.ends();
    p.front.full = true;
    p.is_heard("2.2.2.2:2", "waits for the output");
    p.after(1h);
    p.front.full = false;
    p.front.emptied.notify();
    p.comes_back("one");
    BOOST_TEST(p.over);
    BOOST_TEST(told(p, "did not come back") == 0);
    BOOST_TEST((p.talk.result() == exit_code::ok));
}

BOOST_AUTO_TEST_CASE(a_room_that_is_full_for_long_costs_no_text)
{
    play p{reconnecting()};
    p.server.full = true;
    p.begin();
    p.says("patient");
    p.ends();
    for (int i = 0; i < 300; ++i) {
        p.after(1s);
    }
    BOOST_TEST(p.server.attempts > 10);
    p.server.full = false;
    p.after(30s);
    p.after(1s);
    BOOST_TEST(p.server.said.back() == "patient");
    p.comes_back("patient");
    BOOST_TEST(p.over);
    BOOST_TEST((p.talk.result() == exit_code::ok));
    BOOST_TEST(told(p, "given up") == 0);
}

BOOST_AUTO_TEST_CASE(a_line_is_pending_until_it_comes_back_and_after_2_s_that_is_told_once)
{
    play p{reconnecting(), true};
    p.begin();
    BOOST_TEST(p.front.told.back() == "connected to 127.0.0.1 port 9001");
    p.says("one");
    p.after(199ms);
    BOOST_TEST(p.front.state.pending == 0u);  // nobody would see it flicker
    p.after(1ms);
    BOOST_TEST(p.front.state.pending == 1u);
    p.says("two");
    BOOST_TEST(p.front.state.pending == 2u);
    p.after(1799ms);
    BOOST_TEST(told(p, "2 messages") == 0);
    p.after(1ms);
    BOOST_TEST(p.front.told.back() == "2 messages did not come back within 2.0 s: nothing came from 127.0.0.1 port "
                                      "9001; is a chatroom-server with --tcp there?");
    p.after(1h);
    BOOST_TEST(told(p, "2 messages") == 1);
    BOOST_TEST(p.server.said.size() == 2u);
    p.comes_back("one");
    p.comes_back("two");
    BOOST_TEST(p.front.state.pending == 0u);
    BOOST_TEST(told(p, "did not come back") == 0);
}

BOOST_AUTO_TEST_CASE(a_line_that_a_later_one_overtakes_is_told)
{
    play p{reconnecting(), true};
    p.begin();
    p.says("one");
    p.says("two");
    p.comes_back("two");
    BOOST_TEST(p.front.told.back() == "did not come back from the room: one");
}

BOOST_AUTO_TEST_CASE(in_the_room_is_said_once_a_member_is_heard)
{
    play p{reconnecting(), true};
    p.begin();
    p.is_heard("*", "the room is full");
    BOOST_TEST(told(p, "in the room") == 0);
    p.is_heard("2.2.2.2:2", "hi");
    p.is_heard("2.2.2.2:2", "hi");
    BOOST_TEST(told(p, "in the room at 127.0.0.1 port 9001") == 1);
    p.server_goes();
    p.server.up = true;
    p.after(1s);
    p.comes_back("hi");
    BOOST_TEST(p.front.told.back() == "again in the room at 127.0.0.1 port 9001");
}

BOOST_AUTO_TEST_CASE(over_udp_a_typed_line_without_echo_is_said_again_once_and_then_told)
{
    auto options = over_udp();
    options.reconnect = true;
    play p{options, true};
    p.begin();
    p.says("one");
    p.after(2s);
    BOOST_TEST(p.server.said == (std::vector<std::string>{"one", "one"}), boost::test_tools::per_element());
    BOOST_TEST(p.front.told.back().starts_with("1 message did not come back within 2.0 s, and will be said again: "));
    p.after(1999ms);
    BOOST_TEST(p.front.state.pending == 1u);
    p.after(1ms);
    BOOST_TEST(p.front.told.back() == "did not come back from the room: one");
    BOOST_TEST(p.front.state.pending == 0u);
    p.says("two");
    p.after(2s);
    p.comes_back("two");
    p.after(1h);
    BOOST_TEST(p.server.said.size() == 4u);
}

BOOST_AUTO_TEST_CASE(what_a_server_would_take_for_a_word_of_the_wire_is_told_and_the_rest_goes_out)
{
    const auto said = [](session_options options, std::initializer_list<const char*> lines) {
        play p{std::move(options)};
        p.begin();
        for (const auto* line : lines) {
            p.says(line);
        }
        p.ends();
        for (const auto& text : std::vector{p.server.said}) {
            p.comes_back(text);
        }
        BOOST_TEST(p.over);
        BOOST_TEST((p.talk.result() == exit_code::unheard));
        BOOST_TEST(p.talk.complaint() == "1 message can't be said");
        BOOST_TEST(p.front.told.size() == 1u);
        return p.server.said;
    };
    for (const auto* quit : {"/quit", " /quit\r", "\001/quit", "/qu\xe2\x80\xaeit"}) {
        BOOST_TEST(said(once(), {"one", quit, "#ping#"}) == (std::vector<std::string>{"one", "#ping#"}),
                   boost::test_tools::per_element());
    }
    BOOST_TEST(said(over_udp(), {"one", " #ping#", "//quit"}) == (std::vector<std::string>{"one", "//quit"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(quit_of_a_person_leaves)
{
    play p{once(), true};
    p.begin();
    p.says("/quit");
    BOOST_TEST(p.over);
    BOOST_TEST((p.talk.result() == exit_code::ok));
}

BOOST_AUTO_TEST_SUITE_END()
