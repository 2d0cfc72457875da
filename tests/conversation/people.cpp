// SPDX-License-Identifier: BSL-1.0
// Names, private messages, and who is told of what, over real sockets.
#include "talk_fixture.hpp"

#include <set>

using namespace chatroom;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(people)

BOOST_AUTO_TEST_CASE(a_silent_member_and_one_without_a_name_are_as_in_the_classroom)
{
    talk_fixture h;
    guest ann{h};
    guest bob{h};
    BOOST_TEST(ann.heard_nothing());  // it is in
    BOOST_TEST(bob.ask("hello") == bob.label() + ": hello");
    BOOST_TEST(ann.ask("hi") == bob.label() + ": hello");
    BOOST_TEST(ann.hear() == ann.label() + ": hi");
    BOOST_TEST(bob.hear() == ann.label() + ": hi");
    BOOST_TEST(bob.ask("//foo") == bob.label() + ": /foo");
    BOOST_TEST(bob.ask("/foo bar") == "*: no such command: /foo (try /help; to say it, write //foo)");
    bob.say("/quit");
    BOOST_TEST(bob.hear() == "(end)");
    BOOST_TEST(ann.hear() == bob.label() + ": /foo");
    BOOST_TEST(ann.heard_nothing());
}

BOOST_AUTO_TEST_CASE(a_name_is_what_others_see_and_the_room_hears_of_it)
{
    talk_fixture h;
    guest ann{h};
    BOOST_TEST(ann.ask("in") == ann.label() + ": in");
    guest bob{h};
    BOOST_TEST(bob.ask("in") == bob.label() + ": in");
    BOOST_TEST(ann.hear() == bob.label() + ": in");
    BOOST_TEST(ann.ask("/name Ann") == "*: you are <Ann>");
    BOOST_TEST(ann.hear() == "*: " + ann.label() + " is now <Ann>");
    BOOST_TEST(bob.hear() == "*: " + ann.label() + " is now <Ann>");
    ann.say("hi");
    BOOST_TEST(bob.hear() == "<Ann>: hi");
    BOOST_TEST(bob.ask("/nick ANN") == "*: ANN is taken, or looks like a name that is");
    BOOST_TEST(ann.hear() == "<Ann>: hi");
    BOOST_TEST(ann.ask("/name Al") == "*: you are <Al>");
    BOOST_TEST(bob.hear() == "*: <Ann> is now <Al>");
    BOOST_TEST(bob.ask("/name 李明") == "*: you are <李明>");
    BOOST_TEST(bob.hear() == "*: " + bob.label() + " is now <李明>");
    ann.quit();
    BOOST_TEST(bob.hear() == "*: <Al> left");
    BOOST_TEST(bob.ask("/name al") == "*: you are <al>");  // free at once
    BOOST_TEST((h.talk.find("AL").name() == "al"));
    BOOST_TEST(!h.talk.find("Ann"));
    BOOST_TEST(bob.hear() == "*: <李明> is now <al>");
    BOOST_TEST(bob.ask("/name a/b") == "*: a name is letters, digits and -_.' only: a/b is none");
    BOOST_TEST(bob.ask("/name") == "*: usage: /name NAME [KEY]");
}

BOOST_AUTO_TEST_CASE(a_name_is_kept_for_half_a_minute_and_its_key_takes_it_over)
{
    talk_fixture h;
    guest eve{h, "Eve"};
    {
        guest ann{h};
        BOOST_TEST(ann.ask("/name Ann") == "*: you are <Ann>");
        ann.peer().reset();
    }
    eve.until("*: <Ann> left");
    BOOST_TEST(eve.ask("/name ann") == "*: ann has just lost its connection, and is free in 30s");
    h.time->advance(30s);
    BOOST_TEST(eve.ask("/name ann") == "*: you are <ann>");
    BOOST_TEST(eve.ask("/name Eve k3y-of-Eve") == "*: <Eve> is now <ann>");
    eve.until("*: <ann> is now <Eve>");
    guest bob{h};
    guest again{h};
    BOOST_TEST(again.ask("/name eve wrong-key") == "*: eve is taken, or looks like a name that is");
    BOOST_TEST(again.ask("/name Eve k3y-of-Eve") == "*: wait 1s before the next KEY");
    h.time->advance(1s);
    BOOST_TEST((again.ask_two("/name Eve k3y-of-Eve") ==
                std::pair<std::string, std::string>{"*: <Eve> left", "*: you are <Eve>"}));
    eve.until("*: your name has been taken over with its key: goodbye");
    BOOST_TEST(eve.hear() == "(end)");
    BOOST_TEST(again.hear() == "*: " + again.label() + " is now <Eve>");
    BOOST_TEST(again.heard_nothing());
    BOOST_TEST(bob.hear() == "*: <Eve> left");
    BOOST_TEST(bob.hear() == "*: " + again.label() + " is now <Eve>");
    BOOST_TEST(bob.heard_nothing());  // the older connection's end is told once
}

BOOST_AUTO_TEST_CASE(a_private_message_reaches_its_two_alone)
{
    talk_fixture h;
    guest ann{h, "Ann"};
    guest bob{h};
    guest eve{h};
    BOOST_TEST(eve.heard_nothing());
    BOOST_TEST(bob.heard_nothing());
    BOOST_TEST(ann.ask("/msg " + bob.label() + " are you Bob?") == "<Ann> -> " + bob.label() + ": are you Bob?");
    BOOST_TEST(bob.hear() == "<Ann> -> " + bob.label() + ": are you Bob?");
    BOOST_TEST(bob.ask("/name Bob") == "*: you are <Bob>");
    bob.until("*: " + bob.label() + " is now <Bob>");
    BOOST_TEST(bob.ask("/msg ann yes  I am") == "<Bob> -> <Ann>: yes  I am");
    ann.until("<Bob> -> <Ann>: yes  I am");
    const auto id = std::to_string(h.talk.find("Bob").id());
    BOOST_TEST(ann.ask("/msg #" + id + " good") == "<Ann> -> <Bob>: good");
    BOOST_TEST(ann.ask("/msg <Bob> so") == "<Ann> -> <Bob>: so");
    BOOST_TEST(ann.ask("/msg Ann to myself") == "<Ann> -> <Ann>: to myself");
    for (const auto* who : {"Zoe", "#999999", "127.0.0.1:1", "#", "<>", "a b"}) {
        BOOST_TEST(ann.ask(std::string{"/msg "} + who + " x").starts_with("*: nobody here is "));
    }
    BOOST_TEST(ann.ask("/msg Bob") == "*: usage: /msg WHO TEXT");
    BOOST_TEST(eve.hear() == "*: " + bob.label() + " is now <Bob>");
    BOOST_TEST(eve.heard_nothing());
}

BOOST_AUTO_TEST_CASE(a_private_message_to_one_that_reads_nothing_is_told_to_have_failed)
{
    tcp_room_options members;
    members.server.send_buffer = 4096;
    talk_fixture h{{}, members};
    guest ann{h, "Ann"};
    guest bob{h};
    BOOST_TEST(bob.heard_nothing());
    const auto line = "/msg " + bob.label() + ' ' + std::string(4000, 'x');
    std::string heard;
    for (int i = 0; i < 2000 && !heard.starts_with("*: "); ++i) {
        heard = ann.ask(line);
    }
    BOOST_TEST(heard == "*: " + bob.label() + " did not get your message: too much waits there unread");
}

BOOST_AUTO_TEST_CASE(what_has_nothing_in_it_to_see_is_not_passed_on)
{
    talk_fixture h;
    guest ann{h, "Ann"};
    BOOST_TEST(ann.ask("/msg Ann \u3000") == "*: usage: /msg WHO TEXT");
    BOOST_TEST(ann.ask("/me \u00a0\u2003") == "*: usage: /me TEXT");
    BOOST_TEST(ann.ask("/topic") == "*: lobby has no topic");
    udp_test_client bob{h.udp_at};
    bob.say("#ping#\n/msg Ann \x01");
    BOOST_TEST(bob.hear() == "*\nthere is nothing in it to pass on");
}

BOOST_AUTO_TEST_CASE(an_action_arrives_as_a_text_with_its_word)
{
    talk_fixture h;
    guest ann{h, "Ann"};
    BOOST_TEST(ann.ask("/me waves") == "<Ann>: /me waves");
    BOOST_TEST(ann.ask("/me " + std::string(4096, 'x')) == "*: your message is too long and was not passed on");
}

BOOST_AUTO_TEST_CASE(who_is_here_is_told_in_pages)
{
    talk_fixture h;
    guest ann{h, "Ann"};
    guest bob{h};
    BOOST_TEST(bob.heard_nothing());
    const auto id = std::to_string(h.talk.find("Ann").id());
    const auto all = ann.ask("/who");
    BOOST_TEST(all.starts_with("*: lobby, 2 here: <Ann> #" + id + ", " + bob.label() + " #"));
    BOOST_TEST(ann.ask("/who LOBBY") == all);
    BOOST_TEST(ann.ask("/who den") == "*: there is no room den: try /rooms");
    std::vector<guest> crowd;
    for (int i = 0; i < 20; ++i) {
        crowd.emplace_back(h);
        BOOST_TEST(crowd.back().heard_nothing());
    }
    const auto page = ann.ask("/who");
    BOOST_TEST(page.starts_with("*: lobby, 22 here: "));
    BOOST_TEST(page.size() < 500u);
    BOOST_TEST(ann.hear().starts_with("*: 127.0.0.1:"));
}

BOOST_AUTO_TEST_CASE(help_is_made_of_the_commands)
{
    talk_fixture h;
    guest ann{h};
    BOOST_TEST(ann.ask("/help") == "*: /help [COMMAND]: what there is, or what COMMAND does");
    const auto rest = ann.until("*: /quit: leaves");
    BOOST_TEST(rest.size() == 10u);
    BOOST_TEST(ann.heard_nothing());  // of operators' commands a guest is told nothing
    BOOST_TEST(ann.ask("/help /kick") == "*: /kick WHO [WHY]: disconnects WHO");
    BOOST_TEST(ann.ask("/help foo") == "*: no such command: /foo (try /help; to say it, write //foo)");
    BOOST_TEST(ann.ask("/kick Ann") == "*: only operators may do that: /login NAME PASSWORD");
}

BOOST_AUTO_TEST_CASE(over_udp_all_is_the_same_but_logins)
{
    talk_fixture h;
    guest ann{h, "Ann"};
    udp_test_client bob{h.udp_at};
    bob.say("#ping#\n/name Bob");
    BOOST_TEST(bob.hear() == "*\nyou are <Bob>");
    BOOST_TEST(bob.hear() == "*\n" + bob.label() + " is now <Bob>");
    BOOST_TEST(ann.hear() == "*: " + bob.label() + " is now <Bob>");
    bob.say("hi");
    BOOST_TEST(ann.hear() == "<Bob>: hi");
    BOOST_TEST(bob.hear() == "<Bob>\nhi");
    BOOST_TEST(ann.ask("/msg Bob psst") == "<Ann> -> <Bob>: psst");
    BOOST_TEST(bob.hear() == "<Ann> -> <Bob>\npsst");
    bob.say("/join den");
    const std::set<std::string> both{bob.hear(), bob.hear()};
    BOOST_TEST(both.contains("*\nyou are in den, 1 here"));
    BOOST_TEST(both.contains("*\n<Bob> joined"));
    BOOST_TEST(ann.hear() == "*: <Bob> left");
    BOOST_TEST(ann.ask("anybody?") == "<Ann>: anybody?");
    bob.say("in the den");
    BOOST_TEST(bob.hear() == "<Bob>\nin the den");
    bob.say("/leave");
    const std::set<std::string> back{bob.hear(), bob.hear()};
    BOOST_TEST(back.contains("*\nyou are in lobby, 2 here"));
    BOOST_TEST(back.contains("*\n<Bob> joined"));
    BOOST_TEST(ann.hear() == "*: <Bob> joined");
    bob.say("/login Bob x");
    BOOST_TEST(bob.hear() == "*\nthere is no login over UDP: a sender can be forged");
    bob.say("/help");
    BOOST_TEST(bob.hear().starts_with("*\n/help, /name, /who, "));
    bob.say("/name \xff\xfe");
    BOOST_TEST(bob.hear().starts_with("*\na name is letters, digits"));
    bob.say("/\xff");
    BOOST_TEST(bob.hear().starts_with("*\nno such command: /"));
    bob.say("/who");
    BOOST_TEST(bob.hear().starts_with("*\nlobby, 2 here: <Ann> #"));
    bob.say("/quit");
    BOOST_TEST(ann.hear() == "*: <Bob> left");
}

BOOST_AUTO_TEST_CASE(commands_can_be_off)
{
    conversation_options options;
    options.commands = false;
    talk_fixture h{options};
    guest ann{h.at};
    BOOST_TEST(ann.ask("/name Ann") == ann.label() + ": /name Ann");
    BOOST_TEST(ann.ask("//x") == ann.label() + ": //x");
    BOOST_TEST(ann.ask(" /login Ann secret") == "*: this server has no passwords to take: your line was not passed on");
    BOOST_TEST(ann.ask("/PASS secret") == "*: this server has no passwords to take: your line was not passed on");
    ann.say("/quit");
    BOOST_TEST(ann.hear() == "(end)");
}

BOOST_AUTO_TEST_CASE(a_program_adds_commands_of_its_own)
{
    talk_fixture h;
    h.talk.add_command("roll", "rolls a die", [](member from, std::string arguments) -> boost::asio::awaitable<void> {
        (void)from.send("you rolled 4 of " + arguments);
        co_return;
    });
    for (const auto* name : {"", "roll", "kick", "nick", "a b"}) {
        BOOST_CHECK_THROW(h.talk.add_command(name, "", {}), std::invalid_argument);
    }
    guest ann{h};
    BOOST_TEST(ann.ask("/roll  6 sides") == "*: you rolled 4 of 6 sides");
    BOOST_TEST(ann.ask("/help roll") == "*: /roll: rolls a die");
}

BOOST_AUTO_TEST_SUITE_END()
