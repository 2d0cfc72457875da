// SPDX-License-Identifier: BSL-1.0
#include "outbox.hpp"

#include <boost/test/unit_test.hpp>

using client::outbox;

namespace {

// Says the lines on a connection that calls us `label`.
outbox said(std::initializer_list<const char*> lines, const char* label = "1.1.1.1:1")
{
    outbox box;
    box.connected(label);
    for (const auto* line : lines) {
        BOOST_TEST(box.add(line));
        BOOST_TEST(box.next().value() == line);
    }
    return box;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client_outbox)

BOOST_AUTO_TEST_CASE(lines_leave_in_order_and_are_done_when_they_come_back)
{
    auto box = said({"one", "two"});
    BOOST_TEST(box.on_their_way() == 2u);
    BOOST_TEST(box.heard("1.1.1.1:1", "one"));
    BOOST_TEST(!box.heard("2.2.2.2:2", "two"));
    BOOST_TEST(box.on_their_way() == 1u);
    BOOST_TEST(box.heard("1.1.1.1:1", "two"));
    BOOST_TEST(box.on_their_way() == 0u);
    BOOST_TEST(box.missing() == 0u);
}

BOOST_AUTO_TEST_CASE(a_line_is_cleaned_and_nothing_is_no_message)
{
    outbox box;
    BOOST_TEST(box.add("\033[A\r"));
    BOOST_TEST(box.next().value() == "[A");
    for (const auto* nothing : {"", "\r", " \t ", "\001 "}) {
        BOOST_TEST(box.add(nothing));
        BOOST_TEST(!box.next());
    }
}

BOOST_AUTO_TEST_CASE(what_a_later_line_overtakes_is_missing)
{
    auto box = said({"one", "two", "three"});
    BOOST_TEST(box.heard("1.1.1.1:1", "two"));
    BOOST_TEST(box.missing() == 1u);
    BOOST_TEST(box.on_their_way() == 1u);
    BOOST_TEST(box.take_missing() == std::vector<std::string>{"one"});
    BOOST_TEST(box.take_missing().empty());
}

BOOST_AUTO_TEST_CASE(a_line_under_suspicion_goes_alone_until_it_comes_back_or_is_given_up_the_third_time)
{
    auto box = said({"one", "two"});
    const auto next_connection = [&box] {
        BOOST_TEST(!box.suspect());
        BOOST_TEST(box.take_back() == 1u);
    };
    BOOST_TEST(!box.suspect());
    BOOST_TEST(box.take_back() == 2u);
    BOOST_TEST(box.next().value() == "one");
    BOOST_TEST(!box.next());
    BOOST_TEST(box.held_up());
    BOOST_TEST(box.heard("1.1.1.1:1", "one"));
    for (int i = 1; i < outbox::most_suspected; ++i) {
        BOOST_TEST(box.next().value() == "two");
        next_connection();
    }
    BOOST_TEST(box.next().value() == "two");
    BOOST_TEST(box.suspect().value() == "two");
    BOOST_TEST(!box.suspicious());
    BOOST_TEST(box.missing() == 1u);
    BOOST_TEST(box.take_back() == 0u);
}

BOOST_AUTO_TEST_CASE(a_line_that_the_server_changed_is_back_all_the_same)
{
    auto box = said({"one", "two"});
    BOOST_TEST(box.heard("1.1.1.1:1", "on"));
    BOOST_TEST(box.on_their_way() == 1u);
    BOOST_TEST(box.missing() == 0u);
}

BOOST_AUTO_TEST_CASE(what_did_not_come_back_goes_first_on_the_next_connection)
{
    auto box = said({"one", "two"});
    BOOST_TEST(box.heard("1.1.1.1:1", "one"));
    BOOST_TEST(box.add("three"));
    BOOST_TEST(box.take_back() == 1u);
    BOOST_TEST(box.waiting() == 2u);
    BOOST_TEST(box.next().value() == "two");
    BOOST_TEST(box.next().value() == "three");
    BOOST_TEST(!box.next());
}

BOOST_AUTO_TEST_CASE(it_is_bounded_in_lines_and_in_bytes_and_has_room_again)
{
    outbox box;
    for (std::size_t i = 0; i < outbox::most_waiting; ++i) {
        BOOST_TEST(box.add("x"));
    }
    BOOST_TEST(!box.add("x"));
    BOOST_TEST(box.next().has_value());
    BOOST_TEST(box.add("x"));

    outbox big;
    const std::string text(60'000, 'x');
    for (int i = 0; i < 4; ++i) {
        BOOST_TEST(big.add(text));
    }
    BOOST_TEST(!big.add(text));
    BOOST_TEST(big.next().has_value());
    BOOST_TEST(big.add(text));
}

BOOST_AUTO_TEST_CASE(only_so_many_are_on_their_way_until_some_come_back_or_are_given_up)
{
    outbox box;
    box.connected("1.1.1.1:1");
    for (std::size_t i = 0; i < outbox::most_on_their_way; ++i) {
        BOOST_TEST(box.add("x"));
        BOOST_TEST(box.next().has_value());
    }
    BOOST_TEST(box.add("y"));
    BOOST_TEST(!box.next());
    BOOST_TEST(box.held_up());
    BOOST_TEST(box.heard("1.1.1.1:1", "x"));
    BOOST_TEST(box.next().value() == "y");
    box.give_up();
    BOOST_TEST(box.missing() == outbox::most_on_their_way);
}

BOOST_AUTO_TEST_CASE(a_server_behind_a_translation_gives_our_address_away_with_our_first_word)
{
    auto box = said({"one", "two"}, "192.168.0.2:7");
    BOOST_TEST(box.heard("203.0.113.9:7", "one"));
    BOOST_TEST(box.heard("203.0.113.9:7", "two"));
    BOOST_TEST(!box.heard("192.0.2.1:1", "two"));
    BOOST_TEST(box.on_their_way() == 0u);
}

BOOST_AUTO_TEST_CASE(a_stranger_is_not_taken_for_us)
{
    outbox box;
    box.connected("192.168.0.2:7");
    BOOST_TEST(!box.heard("192.0.2.1:1", "hello"));  // spoke before we did
    BOOST_TEST(box.add("one"));
    BOOST_TEST(box.next().has_value());
    BOOST_TEST(!box.heard("192.0.2.1:1", "one"));
    BOOST_TEST(!box.heard("192.0.2.2:2", "something else"));
    BOOST_TEST(!box.heard("*", "one"));
    BOOST_TEST(box.heard("192.168.0.2:7", "one"));
    BOOST_TEST(!box.heard("192.0.2.3:3", "one"));
}

BOOST_AUTO_TEST_CASE(a_line_keeps_its_id_until_it_is_answered)
{
    outbox box;
    BOOST_TEST_REQUIRE((box.add("one") && box.add("two") && box.add("three")));
    (void)box.next();
    BOOST_TEST(box.id() == "1");
    (void)box.next();
    (void)box.next();
    BOOST_TEST(box.accepted("2"));
    BOOST_TEST(!box.accepted("2"));
    BOOST_TEST(box.take_back() == 2u);
    BOOST_TEST(!box.accepted("1"));
    BOOST_TEST(box.next().value() == "one");
    BOOST_TEST(box.id() == "1");
    BOOST_TEST(box.next().value() == "three");
    BOOST_TEST(box.id() == "3");
    box.refused("1");
    BOOST_TEST(box.missing() == 1u);
    BOOST_TEST(box.take_missing().front() == "one");
    BOOST_TEST(box.on_their_way() == 1u);
}

BOOST_AUTO_TEST_CASE(passwords_are_said_before_all_else_in_their_order)
{
    outbox box;
    BOOST_TEST(box.add("/pass one"));
    BOOST_TEST(box.add("hello"));
    BOOST_TEST(box.add_first("/pass two"));
    BOOST_TEST(box.add_first("/pass three"));
    for (const auto* line : {"/pass one", "/pass two", "/pass three", "hello"}) {
        BOOST_TEST(box.next().value() == line);
    }
    BOOST_TEST(box.add_first("/pass alone"));
    BOOST_TEST(box.next().value() == "/pass alone");
}

BOOST_AUTO_TEST_SUITE_END()
