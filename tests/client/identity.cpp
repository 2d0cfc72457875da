// SPDX-License-Identifier: BSL-1.0
#include "identity.hpp"
#include "command_line.hpp"
#include "key.hpp"
#include "outbox.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace client;
using answer = identity::answer;
using commands = identity::commands;

BOOST_AUTO_TEST_SUITE(client_identity)

namespace {

answer hears(identity& me, const char* text, bool about_me = false)
{
    return me.received_message(classify("*", text), about_me);
}

using lines = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(the_name_is_asked_for_with_the_key_and_the_room_with_it_the_next_time)
{
    identity me{"alice", "k"};
    me.connected();
    BOOST_TEST(me.greeting() == lines{"/name alice k"});
    BOOST_TEST(me.asking());
    BOOST_TEST((hears(me, "you are <alice>") == answer::to_greeting));
    BOOST_TEST((hears(me, "1.1.1.1:1 is now <alice>", true) == answer::none));
    BOOST_TEST(me.name() == "alice");
    BOOST_TEST(me.sent("/join dev") == "/join dev");
    BOOST_TEST((hears(me, "you are in dev, 3 here") == answer::to_line));
    BOOST_TEST(me.room() == "dev");
    me.connected();
    BOOST_TEST(me.room().empty());
    BOOST_TEST(me.greeting() == (lines{"/name alice k", "/join dev"}));
    BOOST_TEST(me.sent("/leave") == "/leave");
    (void)hears(me, "you are in lobby, 3 here");
    me.connected();
    BOOST_TEST(me.greeting() == lines{"/name alice k"});
}

BOOST_AUTO_TEST_CASE(a_name_that_was_granted_is_the_one_to_ask_for_and_one_that_was_not_is_not)
{
    identity me{"", "k"};
    me.connected();
    BOOST_TEST(me.greeting().empty());
    BOOST_TEST(me.sent(" /nick al ") == "/name al k");
    BOOST_TEST((hears(me, "1.1.1.1:1 is now <al>") == answer::none));  // of another, or of us behind NAT
    BOOST_TEST((hears(me, "you are <al>") == answer::to_line));
    BOOST_TEST(me.sent("/name bob") == "/name bob k");
    BOOST_TEST((hears(me, "bob is taken, or looks like a name that is") == answer::to_line));
    BOOST_TEST((hears(me, "2.2.2.2:2 is now <bob>") == answer::none));
    BOOST_TEST(me.name() == "al");
    me.connected();
    BOOST_TEST(me.greeting() == lines{"/name al k"});
    BOOST_TEST(me.sent("/name a b") == "/name a b");  // the server tells what is wrong with it
    BOOST_TEST(me.sent("//name a") == "//name a");
}

BOOST_AUTO_TEST_CASE(only_an_answer_shows_that_there_are_commands)
{
    identity me{"alice", "k"};
    me.connected();
    (void)me.greeting();
    BOOST_TEST(!me.may_have_commands());
    for (const auto* text : {"<bob> joined", "the room is closing", "2.2.2.2:2 is now <bob>"}) {
        (void)hears(me, text);
        BOOST_TEST((me.server_commands() == commands::unknown), text);
    }
    BOOST_TEST(me.may_have_commands());
    (void)hears(me, "nobody may be called alice");
    BOOST_TEST((me.server_commands() == commands::present));
    me.connected();
    BOOST_TEST((me.server_commands() == commands::unknown));
    me.said_aloud("k2");
    BOOST_TEST(!me.may_have_commands());
    BOOST_TEST((me.server_commands() == commands::absent));
    me.connected();
    BOOST_TEST(me.greeting().empty());
}

BOOST_AUTO_TEST_CASE(who_is_here_is_counted_as_far_as_it_is_told)
{
    identity me{"alice", "k"};
    me.connected();
    (void)hears(me, "<bob> joined");
    BOOST_TEST(!me.here());
    (void)hears(me, "you are in dev, 3 here");
    (void)hears(me, "<alice> joined", true);
    (void)hears(me, "<bob> joined");
    BOOST_TEST(me.here().value() == 4u);
    (void)hears(me, "<bob> left");
    (void)hears(me, "<eve> was removed by <al>");
    BOOST_TEST(me.here().value() == 2u);
    (void)me.sent("/who other");
    (void)hears(me, "other, 9 here: <a>");
    BOOST_TEST(me.here().value() == 2u);
    (void)hears(me, "dev, 9 here: <a>");
    BOOST_TEST(me.here().value() == 9u);
}

BOOST_AUTO_TEST_CASE(the_room_and_who_is_in_it_are_asked_for_once_there_is_a_name)
{
    constexpr const char* size_question = "/who #18446744073709551615";
    identity me{"alice", "k"};
    me.connected();
    (void)me.greeting();
    BOOST_TEST(me.question().empty());
    (void)hears(me, "you are <alice>");
    BOOST_TEST(me.question() == size_question);
    BOOST_TEST(me.question().empty());  // until it is answered
    BOOST_TEST((hears(me, "lobby, 18 here: ") == answer::to_question));
    BOOST_TEST(me.room() == "lobby");
    BOOST_TEST(me.here().value() == 18u);
    BOOST_TEST(me.question() == "/who");
    BOOST_TEST((hears(me, "no such command: /foo (try /help; to say it, write //foo)") == answer::none));
    BOOST_TEST((hears(me, "lobby, 3 here: <alice> #1, 1.1.1.1:1 #2") == answer::to_greeting));
    BOOST_TEST(me.question().empty());
    (void)hears(me, "1.1.1.1:1 is now <bob>");  // was here
    BOOST_TEST(me.here().value() == 3u);
    (void)hears(me, "2.2.2.2:2 is now <eve>");  // has come since
    (void)hears(me, "<eve> is now <eva>");
    BOOST_TEST(me.here().value() == 4u);
    BOOST_TEST(me.sent("/join dev") == "/join dev");
    (void)hears(me, "you are in dev, 19 here");
    BOOST_TEST(me.question().empty());
    BOOST_TEST(me.sent("/join small") == "/join small");
    (void)hears(me, "you are in small, 2 here");
    BOOST_TEST(me.question() == "/who");
    BOOST_TEST((hears(me, "small, 2 here: <alice> #1, <bob> #2") == answer::to_greeting));
    me.connected();
    (void)me.greeting();
    (void)hears(me, "you are <alice>");
    BOOST_TEST(me.question().empty());  // the answer to /join tells
    BOOST_TEST((hears(me, "you are in small, 2 here") == answer::to_greeting));
    BOOST_TEST(me.question() == "/who");
}

BOOST_AUTO_TEST_CASE(an_answer_to_who_tells_the_room_and_the_name_of_an_account_is_not_asked_for)
{
    identity me{"alice", "k"};
    me.connected();
    (void)hears(me, "you are <alice>");
    (void)me.sent("/who dev");
    (void)hears(me, "dev, 3 here: <a>");
    BOOST_TEST(me.room().empty());
    (void)me.sent("/who");
    (void)hears(me, "lobby, 3 here: <a>");
    BOOST_TEST(me.room() == "lobby");
    BOOST_TEST(me.here().value() == 3u);
    BOOST_TEST((hears(me, "you are <root>, and an operator") == answer::to_line));
    BOOST_TEST(me.name() == "root");
    me.connected();
    BOOST_TEST(me.greeting() == lines{"/name alice k"});
}

BOOST_AUTO_TEST_CASE(the_key_is_taken_out_of_whatever_is_shown)
{
    const identity me{"alice", "0123"};
    for (const auto& [text, hidden] : {std::pair{"/name alice 0123", "/name alice"},
                                       {"you are al 0123", "you are al"},
                                       {"<al 0123>", "<al>"},
                                       {"hi", "hi"}}) {
        std::string shown = text;
        BOOST_TEST(me.hide_key(shown) == (std::string_view{text} != hidden));
        BOOST_TEST(shown == hidden);
    }
}

BOOST_AUTO_TEST_CASE(a_key_that_was_said_aloud_is_not_sent_again)
{
    identity me{"", "k1"};
    me.connected();
    BOOST_TEST(me.sent("/name al") == "/name al k1");
    me.said_aloud("k2");
    BOOST_TEST(me.sent("/name bob") == "/name bob");  // it would be said aloud as well
    std::string late = "/name al k1";
    BOOST_TEST(me.hide_key(late));
    BOOST_TEST(late == "/name al");
    me.connected();
    BOOST_TEST(me.sent("/name bob") == "/name bob");
    (void)hears(me, "you are <bob>");
    me.connected();
    BOOST_TEST(me.greeting() == lines{"/name bob k2"});
    BOOST_TEST(me.sent("/nick al") == "/name al k2");
    std::string hidden = "/name al k2";
    BOOST_TEST(me.hide_key(hidden));
}

BOOST_AUTO_TEST_CASE(a_rename_of_somebody_else_is_no_answer)
{
    identity me{"bob", "k"};
    me.connected();
    (void)me.greeting();
    BOOST_TEST((hears(me, "2.2.2.2:2 is now <bob>") == answer::none));
    BOOST_TEST((hears(me, "<op> announces: choose a name") == answer::none));
    BOOST_TEST((me.server_commands() == commands::unknown));
    BOOST_TEST(me.lacks_name());
    BOOST_TEST((hears(me, "bob is taken, or looks like a name that is") == answer::to_greeting));
    BOOST_TEST(me.name().empty());
    // Another address than we know, over UDP and with the answer lost: the echo tells that it was ours.
    BOOST_TEST(me.sent("/name al") == "/name al k");
    BOOST_TEST((hears(me, "1.1.1.1:1 is now <al>", true) == answer::to_line));
    BOOST_TEST(me.name() == "al");
}

BOOST_AUTO_TEST_CASE(after_the_servers_password_the_name_and_the_room_are_asked_for_again)
{
    identity me{"alice", "k"};
    me.connected();
    (void)hears(me, "you are <alice>");
    (void)hears(me, "you are in dev, 1 here");
    me.connected();
    const auto wanted = lines{"/name alice k", "/join dev"};
    BOOST_TEST(me.greeting() == wanted);
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST((hears(me, "this server has a password: /pass WORD") == answer::to_greeting));
    }
    BOOST_TEST((me.server_commands() == commands::present));
    BOOST_TEST(!me.asks_again());
    (void)hears(me, "welcome");
    (void)hears(me, "you are in lobby, 3 here");
    BOOST_TEST(me.asks_again());
    BOOST_TEST(me.greeting() == wanted);
    BOOST_TEST(!me.asks_again());
    (void)hears(me, "you are in already");
    BOOST_TEST(me.room() == "lobby");
    (void)hears(me, "you are in lobby already");
    BOOST_TEST(me.room() == "lobby");
}

BOOST_AUTO_TEST_CASE(keys_are_random_and_have_128_bits)
{
    BOOST_TEST(make_key().size() == 32u);
    BOOST_TEST(make_key() != make_key());
}

BOOST_AUTO_TEST_CASE(secrets_are_left_out_of_what_is_shown)
{
    BOOST_TEST(without_secrets(" /login alice pw") == "/login ...");
    BOOST_TEST(without_secrets("/pass pw") == "/pass ...");
    BOOST_TEST(without_secrets("/Login alice pw") == "/login ...");
    BOOST_TEST(without_secrets("/PASS\tpw") == "/pass ...");
    BOOST_TEST(without_secrets("/nick\tal\tk") == "/nick ...");
    BOOST_TEST(without_secrets("/name al k") == "/name ...");
    for (const auto* line : {"/name al", "//login alice pw", "hi", "/logins x", ""}) {
        BOOST_TEST(without_secrets(line) == line);
    }
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(client_outbox_names)

namespace {

outbox said(std::initializer_list<const char*> lines)
{
    outbox box;
    box.connected("1.1.1.1:1");
    box.named("<al>");
    for (const auto* line : lines) {
        BOOST_TEST(box.add(line));
        BOOST_TEST(box.next().value() == line);
    }
    return box;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_message_is_ones_own_under_the_name_and_under_the_address)
{
    auto box = said({"one", "two", "//three", "/me waves"});
    BOOST_TEST(box.heard("1.1.1.1:1", "one"));
    BOOST_TEST(!box.heard("<bob>", "two"));
    BOOST_TEST(box.heard("<al>", "two"));
    BOOST_TEST(box.heard("<al>", "/three"));
    BOOST_TEST(!box.answered());
    BOOST_TEST(box.heard("<al>", "/me waves"));
    BOOST_TEST(box.on_their_way() == 0u);
    BOOST_TEST(box.missing() == 0u);
    box.connected("1.1.1.1:2");
    BOOST_TEST(!box.heard("<al>", "hi"));
}

BOOST_AUTO_TEST_CASE(a_command_is_done_by_an_answer_or_by_what_was_said_after_it)
{
    auto box = said({"hi", "/who", "/msg bob hi", "there"});
    BOOST_TEST(box.answered());
    BOOST_TEST(box.on_their_way() == 3u);
    BOOST_TEST(box.heard("<al>", "hi"));
    BOOST_TEST(box.heard("<al>", "there"));
    BOOST_TEST(box.on_their_way() == 0u);
    BOOST_TEST(box.missing() == 0u);
    BOOST_TEST(!box.answered());
}

BOOST_AUTO_TEST_CASE(a_command_that_a_server_says_aloud_comes_back)
{
    auto box = said({"/who", "hi"});
    BOOST_TEST(box.heard("1.1.1.1:1", "/who"));
    BOOST_TEST(box.on_their_way() == 1u);
}

BOOST_AUTO_TEST_CASE(what_waits_can_be_dropped)
{
    auto box = said({"one"});
    BOOST_TEST(box.add("two"));
    BOOST_TEST(box.add("three"));
    BOOST_TEST(box.front() == "two");
    box.drop_front();
    BOOST_TEST(box.front() == "three");
    BOOST_TEST(box.drop_waiting() == 1u);
    BOOST_TEST(box.front().empty());
    BOOST_TEST(box.on_their_way() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
