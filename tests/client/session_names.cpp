// SPDX-License-Identifier: BSL-1.0
// A session on a server with names, and on one of which that is not known.
#include "session_script.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace client;
using namespace std::chrono_literals;

namespace {

session_options as_alice(transport over = transport::tcp)
{
    session_options options;
    options.name = "alice";
    options.reconnect = true;
    options.server.over = over;
    return options;
}

constexpr auto size_question = "/who #18446744073709551615";

auto told(const play& p, const std::string& words)
{
    return std::count_if(p.front.told.begin(), p.front.told.end(),
                         [&](const std::string& notice) { return notice.find(words) != notice.npos; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client_session_names)

BOOST_AUTO_TEST_CASE(the_name_is_asked_for_first_and_again_on_the_next_connection)
{
    play p{as_alice(), true};
    p.begin();
    p.says("hi");
    BOOST_TEST_REQUIRE(p.server.said.size() == 2u);
    BOOST_TEST(p.server.said[0].starts_with("/name alice "));
    BOOST_TEST(p.server.said[1] == "hi");
    p.is_heard("*", "you are <alice>");
    BOOST_TEST(p.front.state.pending == 0u);
    p.is_heard("<alice>", "hi");
    BOOST_TEST_REQUIRE(p.server.said.size() == 3u);
    BOOST_TEST(p.server.said[2] == size_question);
    p.is_heard("*", "lobby, 30 here: ");
    BOOST_TEST(p.front.state.room == "lobby");
    BOOST_TEST(p.front.state.here.value() == 30u);
    p.server.connected = false;
    p.server.changed.notify();
    p.turn();
    p.after(2s);
    BOOST_TEST_REQUIRE(p.server.said.size() == 4u);
    BOOST_TEST(p.server.said[3] == p.server.said[0]);
}

BOOST_AUTO_TEST_CASE(a_password_waits_for_the_answer_and_what_is_behind_it_too)
{
    play p{as_alice(), true};
    p.begin();
    p.says("/login alice pw");
    p.says("hi");
    p.is_heard("*", "<bob> joined");
    p.after(2900ms);
    BOOST_TEST(p.server.said.size() == 1u);
    p.is_heard("*", "you are <alice>");
    BOOST_TEST_REQUIRE(p.server.said.size() == 4u);
    BOOST_TEST(p.server.said[1] == "/login alice pw");
    BOOST_TEST(p.server.said[2] == "hi");
    BOOST_TEST(p.server.said[3] == size_question);
}

BOOST_AUTO_TEST_CASE(what_the_client_asks_by_itself_is_no_answer_to_a_command)
{
    play p{as_alice(), true};
    p.begin();
    p.is_heard("*", "you are <alice>");
    p.says("/msg bob hi");
    p.is_heard("*", "lobby, 2 here: ");
    p.is_heard("*", "lobby, 2 here: <alice> #1, <bob> #2");
    p.after(300ms);
    BOOST_TEST(p.front.state.pending == 1u);
    p.is_heard("<alice> -> <bob>", "hi");
    BOOST_TEST(p.front.state.pending == 0u);
}

BOOST_AUTO_TEST_CASE(ones_own_older_connection_that_leaves_answers_nothing)
{
    play p{as_alice(), true};
    p.begin();
    p.is_heard("*", "you are <alice>");
    p.says("/who");
    p.is_heard("*", "lobby, 2 here: <alice> #1, <bob> #2");
    p.says("/msg bob hi");
    p.is_heard("*", "<alice> left");
    p.after(300ms);
    BOOST_TEST(p.front.state.pending == 1u);
    BOOST_TEST(p.front.state.here.value() == 2u);
    p.is_heard("<alice> -> <bob>", "hi");
    BOOST_TEST(p.front.state.pending == 0u);
    p.is_heard("*", "<bob> left");
    BOOST_TEST(p.front.state.here.value() == 1u);
}

BOOST_AUTO_TEST_CASE(ones_own_name_is_no_arrival_behind_an_address_translation_either)
{
    auto nameless = as_alice();
    nameless.name.clear();
    play p{nameless, true};
    p.begin();
    p.says("/who");
    p.is_heard("*", "lobby, 3 here: <bob> #1");
    p.says("/name al");
    p.is_heard("*", "you are <al>");
    p.is_heard("*", "9.9.9.9:9 is now <al>");
    BOOST_TEST(p.front.state.here.value() == 3u);
    p.is_heard("*", "8.8.8.8:8 is now <eve>");
    BOOST_TEST(p.front.state.here.value() == 4u);
}

BOOST_AUTO_TEST_CASE(what_is_typed_before_the_servers_password_waits_for_it)
{
    play p{as_alice(), true};
    p.begin();
    p.says("hello");
    BOOST_TEST(p.server.said.size() == 2u);
    p.is_heard("*", "this server has a password: /pass WORD");
    p.is_heard("*", "this server has a password: /pass WORD");
    p.says("there");
    p.after(10s);
    BOOST_TEST(p.server.said.size() == 2u);
    BOOST_TEST(told(p, "did not come back") == 0);
    p.says("/pass wrong");
    p.is_heard("*", "that is the wrong password");
    p.says("/pass word");
    BOOST_TEST(p.server.said.back() == "/pass word");
    p.is_heard("*", "welcome");
    p.is_heard("*", "you are in lobby, 1 here");
    BOOST_TEST_REQUIRE(p.server.said.size() == 7u);
    BOOST_TEST(p.server.said[4].starts_with("/name alice "));
    BOOST_TEST(p.server.said[5] == "hello");
    BOOST_TEST(p.server.said[6] == "there");
}

BOOST_AUTO_TEST_CASE(a_password_is_left_out_when_no_answer_comes)
{
    play p{as_alice(), true};
    p.begin();
    p.says("/login alice pw");
    p.says("hi");
    p.after(3000ms);
    BOOST_TEST_REQUIRE(p.server.said.size() == 2u);
    BOOST_TEST(p.server.said[1] == "hi");
    BOOST_TEST(told(p, "not said, since this server has not answered /name") == 1);
    BOOST_TEST(told(p, "pw") == 0);
}

BOOST_AUTO_TEST_CASE(a_server_that_says_the_name_aloud_is_not_asked_again_and_gets_no_password)
{
    play p{as_alice(), true};
    p.begin();
    p.comes_back(p.server.said[0]);
    BOOST_TEST(told(p, "this server has no names, and has said /name alice to everybody") == 1);
    p.says("/pass pw");
    BOOST_TEST(p.server.said.size() == 1u);
    BOOST_TEST(told(p, "not said") == 1);
    p.server.connected = false;
    p.server.changed.notify();
    p.turn();
    p.after(2s);
    BOOST_TEST(p.server.attempts >= 2);
    BOOST_TEST(p.server.said.size() == 1u);
}

BOOST_AUTO_TEST_CASE(over_udp_it_is_asked_again_a_few_times_and_when_the_server_has_forgotten)
{
    play p{as_alice(transport::udp), true};
    p.begin();
    const auto asks = [&] {
        return std::count_if(p.server.said.begin(), p.server.said.end(),
                             [](const std::string& line) { return line.starts_with("/name alice "); });
    };
    BOOST_TEST(asks() == 1);
    p.after(1999ms);
    BOOST_TEST(asks() == 1);
    p.after(1ms);
    BOOST_TEST(asks() == 2);
    p.is_heard("*", "you are <alice>");
    p.after(10s);
    BOOST_TEST(asks() == 2);
    p.says("hi");
    p.comes_back("hi");
    BOOST_TEST(asks() == 3);
    for (int i = 0; i < 10; ++i) {
        p.after(2s);
    }
    BOOST_TEST(asks() == 5);
}

BOOST_AUTO_TEST_CASE(a_command_that_is_answered_is_no_longer_pending)
{
    play p{as_alice(), true};
    p.begin();
    p.is_heard("*", "you are <alice>");
    p.says("/who");
    p.after(200ms);
    BOOST_TEST(p.front.state.pending == 1u);
    p.is_heard("*", "<bob> joined");
    BOOST_TEST(p.front.state.pending == 1u);
    p.is_heard("*", "lobby, 2 here: <alice>, <bob>");
    BOOST_TEST(p.front.state.pending == 0u);
    p.says("/msg bob hi");
    p.is_heard("<alice> -> <bob>", "hi");
    p.after(200ms);
    BOOST_TEST(p.front.state.pending == 0u);
}

BOOST_AUTO_TEST_CASE(after_wrong_keys_from_its_address_the_name_is_asked_for_when_the_server_takes_keys_again)
{
    play p{as_alice(), true};
    p.begin();
    p.is_heard("*", "wait 4s before the next KEY");
    p.after(4s);
    BOOST_TEST(p.server.said.size() == 1u);
    p.after(1s);
    BOOST_TEST_REQUIRE(p.server.said.size() == 2u);
    BOOST_TEST(p.server.said.back() == p.server.said.front());
    p.is_heard("*", "you are <alice>");
    p.after(1min);
    BOOST_TEST(p.server.said.size() <= 3u);  // it asks who is there
}

BOOST_AUTO_TEST_CASE(the_clients_own_commands_are_for_a_person)
{
    play p{as_alice(), true};
    p.begin();
    p.is_heard("*", "you are <alice>");
    p.says("/r hi");
    BOOST_TEST(told(p, "nobody has sent you a private message yet") == 1);
    p.is_heard("<bob> -> <alice>", "psst");
    p.says("/r hi");
    BOOST_TEST(p.server.said.back() == "/msg bob hi");
    p.says("/help /r");
    BOOST_TEST(told(p, "answers the last private message") == 1);
    BOOST_TEST(told(p, "leaves") == 0);
    BOOST_TEST(p.server.said.back() == "/msg bob hi");  // the server knows nothing of it
    p.says("/help /");
    BOOST_TEST(p.server.said.back() == "/help /");

    play filter{as_alice()};
    filter.begin();
    filter.says("/r hi");
    BOOST_TEST(filter.server.said.back() == "/r hi");
}

BOOST_AUTO_TEST_SUITE_END()
