// SPDX-License-Identifier: BSL-1.0
// Passwords, and those who have yet to give one.
#include "operator_fixture.hpp"

using namespace chatroom;
using namespace std::chrono_literals;

namespace {

conversation_options with_both()
{
    auto options = with_operator();
    options.password_hash = secret_hash();
    return options;
}

void come_in(guest& who)
{
    who.say("/pass s3cret");
    who.until("*: welcome");
    BOOST_TEST(who.hear().starts_with("*: you are in lobby, "));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(passwords)

BOOST_AUTO_TEST_CASE(the_password_of_the_server_ends_no_pause_of_logins)
{
    talk_fixture h{with_both()};
    guest ann{h.at};
    come_in(ann);
    BOOST_TEST(ann.ask("/login Root wrong") == "*: that is the wrong name or password");
    BOOST_TEST(ann.ask("/pass s3cret") == "*: you are in already");
    BOOST_TEST(ann.ask("/login Root s3cret") == "*: wait 1s before the next password");
    guest bob{h.at};
    come_in(bob);  // a wrong login holds nobody back
    BOOST_TEST(ann.ask("/login Root s3cret") == "*: wait 1s before the next password");
    guest eve{h.at};
    BOOST_TEST(eve.ask("/pass wrong") == "*: that is the wrong password");
    h.time->advance(1s);
    BOOST_TEST(ann.ask("/login Root s3cret") == "*: you are <Root>, and an operator");
    BOOST_TEST(eve.ask("/pass wrong") == "*: that is the wrong password");
    BOOST_TEST(eve.ask("/pass s3cret") == "*: wait 2s before the next password");
}

BOOST_AUTO_TEST_CASE(one_that_has_yet_to_give_the_password_is_nobody_but_can_be_kicked)
{
    talk_fixture h{with_both()};
    guest root{h.at};
    come_in(root);
    log_in(root);
    guest eve{h.at};
    BOOST_TEST(eve.ask("hi") == "*: this server has a password: /pass WORD");
    BOOST_TEST(root.ask("/msg " + eve.label() + " psst") == "*: nobody here is " + eve.label());
    BOOST_TEST(root.ask("/mute " + eve.label()) == "*: nobody here is " + eve.label());
    h.time->advance(29s);
    BOOST_TEST(eve.ask("hi") == "*: this server has a password: /pass WORD");
    BOOST_TEST(root.ask("/kick " + eve.label()) == "*: " + eve.label() + " is removed");
    BOOST_TEST(eve.hear() == "*: you were removed by <Root>");
}

BOOST_AUTO_TEST_CASE(wrong_keys_hold_nobody_back_from_a_free_name)
{
    talk_fixture h;
    guest ann{h};
    BOOST_TEST(ann.ask("/name Ann the-secret") == "*: you are <Ann>");
    guest eve{h};
    BOOST_TEST(eve.ask("/name Ann a-first-guess") == "*: Ann is taken, or looks like a name that is");
    BOOST_TEST(eve.ask("/name Ann another-guess") == "*: wait 1s before the next KEY");
    BOOST_TEST(eve.ask("/name Eve this-is-mine") == "*: you are <Eve>");
    eve.until("*: " + eve.label() + " is now <Eve>");
    BOOST_TEST(eve.ask("/name Ann another-guess") == "*: wait 1s before the next KEY");
}

BOOST_AUTO_TEST_CASE(a_login_of_one_that_has_gone_meanwhile_is_not_reported)
{
    std::mutex mutex;
    std::vector<std::string> log;
    auto options = with_operator();
    options.on_moderation = [&](std::string_view what) {
        const std::scoped_lock lock{mutex};
        log.emplace_back(what);
    };
    {
        talk_fixture h{options};
        guest eve{h.at};
        BOOST_TEST(eve.heard_nothing());
        eve.say("/login Root s3cret");
        eve.peer().reset();
        BOOST_TEST(h.events->saw("left reset"));
        guest root{h.at};
        // Two passwords are checked at a time, in turn: the first of them has been by now.
        for (int i = 0; i < 2; ++i) {
            h.time->advance(10s);
            (void)root.ask("/login Root wrong");
        }
    }
    const std::scoped_lock lock{mutex};
    BOOST_TEST(log.size() == 2u);
    for (const auto& line : log) {
        BOOST_TEST(line.find("/login") == line.npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
