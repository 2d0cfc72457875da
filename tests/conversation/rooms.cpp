// SPDX-License-Identifier: BSL-1.0
// Rooms, and the way from one to another, over real sockets.
#include "talk_fixture.hpp"

using namespace chatroom;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(rooms_by_name)

BOOST_AUTO_TEST_CASE(members_move_between_rooms_and_hear_their_own_alone)
{
    talk_fixture h;
    guest ann{h, "Ann"};
    guest bob{h, "Bob"};
    ann.until("*: " + bob.label() + " is now <Bob>");
    const auto [event, answer] = ann.ask_two("/join den");
    BOOST_TEST(event == "*: <Ann> joined");
    BOOST_TEST(answer == "*: you are in den, 1 here");
    BOOST_TEST(bob.hear() == "*: <Ann> left");
    ann.say("anybody?");
    BOOST_TEST(ann.hear() == "<Ann>: anybody?");
    BOOST_TEST(bob.ask("here I am") == "<Bob>: here I am");
    BOOST_TEST(bob.ask("/rooms") == "*: rooms: den 1, lobby 1");
    BOOST_TEST(bob.ask("/who den").starts_with("*: den, 1 here: <Ann> #"));
    bob.say("/join DEN");
    bob.until("*: you are in den, 2 here");
    BOOST_TEST(ann.hear() == "*: <Bob> joined");
    bob.say("hi");
    BOOST_TEST(ann.hear() == "<Bob>: hi");
    BOOST_TEST(ann.ask("/join den") == "*: you are in den already");
    const auto [again, back] = ann.ask_two("/leave");
    BOOST_TEST(again == "*: <Ann> joined");
    BOOST_TEST(back == "*: you are in lobby, 1 here");
    BOOST_TEST(ann.ask("/leave") == "*: you are in lobby already");
    bob.until("*: <Ann> left");
    BOOST_TEST(ann.ask("/msg Bob psst") == "<Ann> -> <Bob>: psst");
    BOOST_TEST(bob.hear() == "<Ann> -> <Bob>: psst");
    bob.peer().reset();
    BOOST_TEST(advance_until(*h.time, 0s, [&] { return !h.talk.find("Bob"); }));
    BOOST_TEST(h.talk.rooms() == 2u);  // something was said
    BOOST_TEST(ann.heard_nothing());
}

BOOST_AUTO_TEST_CASE(an_empty_room_where_nothing_was_said_goes)
{
    talk_fixture h;
    guest ann{h};
    BOOST_TEST(ann.ask("/join den") == "*: you are in den, 1 here");
    BOOST_TEST(ann.ask("/join attic") == "*: you are in attic, 1 here");
    BOOST_TEST(ann.ask("/rooms") == "*: rooms: attic 1, lobby 0");
    BOOST_TEST(ann.ask("/join den") == "*: you are in den, 1 here");
    BOOST_TEST(ann.ask("hi") == ann.label() + ": hi");
    ann.quit();
    BOOST_TEST(h.events->saw("left quit", 4));  // three times from one room to another
    guest bob{h};
    BOOST_TEST(advance_until(*h.time, 0s, [&] { return bob.ask("/rooms") == "*: rooms: den 0, lobby 1"; }));
}

BOOST_AUTO_TEST_CASE(an_empty_room_where_something_was_said_goes_in_an_hour)
{
    talk_fixture h;
    guest ann{h};
    BOOST_TEST(ann.ask("/join den") == "*: you are in den, 1 here");
    BOOST_TEST(ann.ask("hi") == ann.label() + ": hi");
    h.time->advance(2h);
    BOOST_TEST(ann.ask("/leave") == "*: you are in lobby, 1 here");
    h.time->advance(59min);
    BOOST_TEST(ann.ask("/rooms") == "*: rooms: den 0, lobby 1");
    BOOST_TEST(ann.ask("/join den") == "*: you are in den, 1 here");
    BOOST_TEST(ann.ask("/leave") == "*: you are in lobby, 1 here");
    h.time->advance(59min);
    BOOST_TEST(ann.ask("/rooms") == "*: rooms: den 0, lobby 1");
    auto den = h.talk.find_room("den");
    h.time->advance(1min);
    BOOST_TEST(advance_until(*h.time, 0s, [&] { return !h.talk.find_room("den"); }));
    BOOST_TEST(advance_until(*h.time, 0s, [&] { return den->publish("x") == error::closed; }));
}

BOOST_AUTO_TEST_CASE(so_does_one_that_its_last_member_was_lost_from)
{
    talk_fixture h;
    guest ann{h};
    BOOST_TEST(ann.ask("/join den") == "*: you are in den, 1 here");
    BOOST_TEST(ann.ask("hi") == ann.label() + ": hi");
    ann.peer().reset();
    BOOST_TEST(h.events->saw("left reset"));
    BOOST_TEST(h.talk.rooms() == 2u);
    guest bob{h};
    BOOST_TEST(advance_until(*h.time, 0s, [&] { return bob.ask("/rooms") == "*: rooms: den 0, lobby 1"; }));
    h.time->advance(1h);
    BOOST_TEST(advance_until(*h.time, 0s, [&] { return !h.talk.find_room("den"); }));
}

BOOST_AUTO_TEST_CASE(the_room_that_was_empty_longest_makes_room_for_another)
{
    conversation_options options;
    options.max_rooms = 4;
    talk_fixture h{options};
    guest ann{h};
    guest bob{h};
    for (const auto* name : {"one", "two", "three"}) {
        BOOST_TEST(ann.ask(std::string{"/join "} + name).starts_with("*: you are in "));
        BOOST_TEST(ann.ask("x") == ann.label() + ": x");
        h.time->advance(1s);
    }
    BOOST_TEST(bob.ask("/join one") == "*: you are in one, 1 here");
    BOOST_TEST(bob.ask("/join four") == "*: you are in four, 1 here");
    BOOST_TEST(ann.ask("/rooms") == "*: rooms: four 1, lobby 0, one 0, three 1");
    BOOST_TEST(bob.ask("y") == bob.label() + ": y");
    guest eve{h};
    BOOST_TEST(eve.ask("/join five") == "*: you are in five, 1 here");
    BOOST_TEST(eve.ask("/join six") == "*: there are too many rooms already");  // its own goes after that only
    BOOST_TEST(ann.ask("/rooms") == "*: rooms: five 1, four 1, lobby 0, three 1");
}

BOOST_AUTO_TEST_CASE(rooms_that_have_gone_count_for_nobody)
{
    conversation_options options;
    options.max_rooms_per_address = 2;
    talk_fixture h{options};
    guest ann{h};
    for (const auto* name : {"one", "two"}) {
        BOOST_TEST(ann.ask(std::string{"/join "} + name).starts_with("*: you are in "));
        BOOST_TEST(ann.ask("x") == ann.label() + ": x");
    }
    BOOST_TEST(ann.ask("/join three") == "*: too many rooms have been made from your address already");
    h.time->advance(1h);
    BOOST_TEST(advance_until(*h.time, 0s, [&] { return !h.talk.find_room("one"); }));
    BOOST_TEST(ann.ask("/join three") == "*: you are in three, 1 here");
}

BOOST_AUTO_TEST_CASE(what_was_said_before_moving_is_heard_before_the_answer)
{
    talk_fixture h;
    guest ann{h};
    for (int i = 0; i < 20; ++i) {
        const auto nth = std::to_string(i);
        ann.say("hello " + nth + "\n/join den\nin the den\n/leave");
        BOOST_TEST(ann.hear() == ann.label() + ": hello " + nth);
        BOOST_TEST(ann.hear() == "*: you are in den, 1 here");
        BOOST_TEST(ann.hear() == ann.label() + ": in the den");
        BOOST_TEST(ann.hear() == "*: you are in lobby, 1 here");
    }
}

BOOST_AUTO_TEST_CASE(what_names_no_room_gets_a_sentence)
{
    conversation_options options;
    options.max_rooms = 3;
    talk_fixture h{options};
    guest ann{h};
    guest bob{h};
    guest eve{h};
    BOOST_TEST(ann.ask("/join a/b") == "*: a name is letters, digits and -_.' only: a/b is none");
    BOOST_TEST(ann.ask("/join") == "*: usage: /join ROOM");
    BOOST_TEST(ann.ask("/join cop") == "*: you are in cop, 1 here");
    BOOST_TEST(eve.ask("/join сор") == "*: you are in cop, 2 here");  // what looks like a room is that room
    BOOST_TEST(eve.ask("/leave") == "*: you are in lobby, 2 here");
    BOOST_TEST(bob.ask("/join two") == "*: you are in two, 1 here");
    BOOST_TEST(eve.ask("/join three") == "*: there are too many rooms already");
    BOOST_TEST(h.talk.rooms() == 3u);
}

BOOST_AUTO_TEST_CASE(from_one_address_come_twenty_rooms)
{
    talk_fixture h;
    guest ann{h};
    for (int i = 0; i < 20; ++i) {
        BOOST_TEST(ann.ask("/join r" + std::to_string(i)).starts_with("*: you are in r"));
        BOOST_TEST(ann.ask("x") == ann.label() + ": x");
    }
    BOOST_TEST(ann.ask("/join more") == "*: too many rooms have been made from your address already");
    for (int i = 0; i < 1000; ++i) {  // and those who ask on get their answers
        ann.say("/join more" + std::to_string(i));
    }
    for (int i = 0; i < 1000; ++i) {
        BOOST_TEST_REQUIRE(ann.hear() == "*: too many rooms have been made from your address already");
    }
}

BOOST_AUTO_TEST_CASE(rooms_can_be_listed_ones_alone)
{
    conversation_options options;
    options.rooms = {"hall", "课堂"};
    options.any_room = false;
    options.welcome = {"mind the step", "and the dog"};
    talk_fixture h{options};
    guest ann{h.at};
    BOOST_TEST(ann.hear() == "*: mind the step");
    BOOST_TEST(ann.hear() == "*: and the dog");
    BOOST_TEST(ann.ask("/rooms") == "*: rooms: hall 1, 课堂 0");
    BOOST_TEST(ann.ask("/join den") == "*: there is no room den: try /rooms");
    BOOST_TEST(ann.ask("/join 课堂") == "*: you are in 课堂, 1 here");
    BOOST_TEST(h.talk.find_room("课堂")->members() == 1u);
    BOOST_TEST(!h.talk.find_room("den"));
    BOOST_TEST(ann.ask("/leave") == "*: you are in hall, 1 here");
}

BOOST_AUTO_TEST_CASE(a_room_has_a_topic)
{
    talk_fixture h;
    guest ann{h};
    BOOST_TEST(ann.ask("/topic") == "*: lobby has no topic");
    BOOST_TEST(ann.ask("/topic tea") == "*: choose a name first: /name NAME");
    BOOST_TEST(ann.ask("/name Ann") == "*: you are <Ann>");
    ann.until("*: " + ann.label() + " is now <Ann>");
    BOOST_TEST(ann.ask("/topic  tea and cake") == "*: <Ann> set the topic: tea and cake");
    BOOST_TEST(ann.ask("/topic") == "*: the topic of lobby: tea and cake");
    ann.say("/join den");
    ann.until("*: you are in den, 1 here");
    ann.say("/leave");
    ann.until("*: the topic of lobby: tea and cake");
}

BOOST_AUTO_TEST_CASE(a_large_room_hears_of_nobody)
{
    conversation_options options;
    options.announce_limit = 1;
    talk_fixture h{options};
    guest ann{h, "Ann"};
    guest bob{h};
    BOOST_TEST(bob.ask("/name Bob") == "*: you are <Bob>");
    BOOST_TEST(bob.ask("hi") == "<Bob>: hi");
    BOOST_TEST(ann.hear() == "<Bob>: hi");
    guest eve{h};
    (void)eve.ask("/foo");
    BOOST_TEST(bob.ask("/join den") == "*: you are in den, 1 here");
    bob.until("*: <Bob> joined");  // the den is small
    BOOST_TEST(bob.ask("/leave") == "*: you are in lobby, 3 here");
    BOOST_TEST(bob.ask("back") == "<Bob>: back");
    BOOST_TEST(ann.hear() == "<Bob>: back");
}

BOOST_AUTO_TEST_CASE(above_twenty_a_second_the_numbers_are_told)
{
    talk_fixture h;
    guest ann{h, "Ann"};
    guest bob{h, "Bob"};
    ann.until("*: " + bob.label() + " is now <Bob>");
    for (int i = 0; i < 15; ++i) {
        bob.say("/join den\n/leave");
    }
    for (int i = 0; i < 10; ++i) {
        BOOST_TEST(ann.hear() == "*: <Bob> left");
        BOOST_TEST(ann.hear() == "*: <Bob> joined");
    }
    for (int i = 0; i < 15; ++i) {
        bob.until("*: you are in lobby, 2 here");
    }
    BOOST_TEST(ann.heard_nothing());
    h.time->advance(1s);
    BOOST_TEST(ann.hear() == "*: 5 joined, 5 left");
}

BOOST_AUTO_TEST_CASE(all_rooms_are_looked_at_once_a_second)
{
    talk_fixture h;
    guest ann{h, "Ann"};
    guest bob{h, "Bob"};
    guest eve{h};
    BOOST_TEST(eve.ask("/join hall") == "*: you are in hall, 1 here");
    for (int i = 0; i < 21; ++i) {
        bob.say("/join den\n/leave");
        bob.until("*: you are in den, 1 here");
        bob.until("*: you are in lobby, 2 here");
    }
    bob.say("/join attic");
    bob.until("*: you are in attic, 1 here");
    h.time->advance(300ms);
    for (int i = 0; i < 21; ++i) {
        bob.say("/join hall");
        bob.until("*: you are in hall, 2 here");
        bob.say("/join attic");
        bob.until("*: you are in attic, 1 here");
    }
    h.time->advance(700ms);
    ann.until("*: 11 joined, 12 left");
    for (int i = 0; i < 10; ++i) {
        BOOST_TEST(eve.hear() == "*: <Bob> joined");
        BOOST_TEST(eve.hear() == "*: <Bob> left");
    }
    h.time->advance(300ms);  // the count of the hall is due
    BOOST_TEST(ann.heard_nothing());
    BOOST_TEST(eve.heard_nothing());
    h.time->advance(700ms);
    BOOST_TEST(eve.hear() == "*: 11 joined, 11 left");
}

BOOST_AUTO_TEST_CASE(when_it_has_been_stopped_no_timer_holds_the_context)
{
    talk_fixture h;
    guest ann{h};
    BOOST_TEST(ann.ask("/join den") == "*: you are in den, 1 here");
    BOOST_TEST(ann.ask("hi") == ann.label() + ": hi");
    BOOST_TEST(ann.ask("/leave") == "*: you are in lobby, 1 here");  // the den goes in an hour
    h.talk.stop();
    h.tcp->close();
    h.udp->close();
    BOOST_TEST(advance_until(*h.time, 0s, [&] { return h.io.stopped(); }));
}

BOOST_AUTO_TEST_SUITE_END()
