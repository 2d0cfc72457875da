// SPDX-License-Identifier: BSL-1.0
// What the client makes of people, names and lines: plain values.
#include "calendar.hpp"
#include "command_line.hpp"
#include "contacts.hpp"
#include "listing.hpp"
#include "mention.hpp"
#include "paste.hpp"
#include "render.hpp"
#include "status.hpp"
#include "vocabulary.hpp"
#include "wrap.hpp"

#include "conversation/command_line.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

using namespace client;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(client_conversation)

namespace {

const contacts::time_point noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 27} + 12h;

using rows = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(the_last_private_message_is_answered_whoever_wrote_it)
{
    contacts people;
    BOOST_TEST(!people.reply("hi"));
    people.received_message(classify("<al>", "hi"), false, noon);
    BOOST_TEST(!people.reply("hi"));
    people.received_message(classify("<bob> -> <al>", "hi"), false, noon);
    BOOST_TEST(people.reply("yes").value() == "/msg bob yes");
    people.received_message(classify("<al> -> 1.1.1.1:1", "hi"), true, noon);
    BOOST_TEST(people.reply("yes").value() == "/msg 1.1.1.1:1 yes");
    people.received_message(classify("*", "1.1.1.1:1 is now <eve>"), false, noon);
    BOOST_TEST(people.reply("yes").value() == "/msg eve yes");
}

BOOST_AUTO_TEST_CASE(who_is_ignored_is_so_under_the_next_name_too)
{
    contacts people;
    people.ignore("bob");
    BOOST_TEST(people.ignores(classify("<bob>", "hi")));
    BOOST_TEST(people.ignores(classify("<bob>", "/me waves")));
    BOOST_TEST(people.ignores(classify("<bob> -> <al>", "hi")));
    BOOST_TEST(!people.ignores(classify("<bobby>", "hi")));
    BOOST_TEST(!people.ignores(classify("*", "<bob> was removed")));
    people.received_message(classify("<bob> -> <al>", "hi"), false, noon);
    BOOST_TEST(!people.reply("no"));
    people.received_message(classify("*", "<bob> is now <rob>"), false, noon);
    BOOST_TEST(people.ignores(classify("<rob>", "hi")));
    BOOST_TEST(people.unignore("rob"));
    BOOST_TEST(!people.unignore("rob"));
    BOOST_TEST(!people.ignores(classify("<rob>", "hi")));
}

BOOST_AUTO_TEST_CASE(who_is_ignored_is_so_in_any_case_and_with_brackets)
{
    contacts people;
    people.ignore("BOB");
    people.ignore("<ÉMILE>");
    people.ignore("小明");
    for (const auto* who : {"<Bob>", "<Émile>", "<小明>"}) {
        BOOST_TEST(people.ignores(classify(who, "hi")), who);
    }
    BOOST_TEST(people.ignored().at("bob") == "BOB");
    people.received_message(classify("*", "<Bob> is now <Rob>"), false, noon);
    BOOST_TEST(people.unignore("<rob>"));
    BOOST_TEST(people.unignore("émile"));
    BOOST_TEST(!people.ignores(classify("<Émile>", "hi")));
}

BOOST_AUTO_TEST_CASE(of_many_people_those_who_spoke_last_are_remembered)
{
    contacts people;
    const auto spoke = [&](const std::string& name, int after) {
        people.received_message(classify('<' + name + '>', "hi"), false, noon + std::chrono::milliseconds{after});
    };
    for (int i = 0; i < 1000; ++i) {
        spoke("p" + std::to_string(i), i);
    }
    spoke("p0", 1000);
    spoke("new", 1001);
    const auto hides = [&](const char* name) {
        return people.is_coming_and_going(classify("*", '<' + std::string{name} + "> left"), noon + 2s);
    };
    BOOST_TEST(!hides("p0"));
    BOOST_TEST(!hides("new"));
    BOOST_TEST(hides("p1"));
    BOOST_TEST(!hides("p2"));
}

BOOST_AUTO_TEST_CASE(coming_and_going_is_of_those_who_have_not_spoken_for_ten_minutes)
{
    contacts people;
    const auto hides = [&](const char* text, contacts::time_point now) {
        return people.is_coming_and_going(classify("*", text), now);
    };
    BOOST_TEST(hides("<bob> joined", noon));
    people.received_message(classify("<bob>", "hi"), false, noon);
    BOOST_TEST(!hides("<bob> left", noon + 599s));
    BOOST_TEST(hides("<bob> left", noon + 600s));
    people.received_message(classify("*", "<bob> is now <rob>"), false, noon);
    BOOST_TEST(!hides("<rob> left", noon + 599s));
    BOOST_TEST(hides("<eve> is now <eva>", noon));
    BOOST_TEST(!hides("<eve> set the topic: x", noon));
    BOOST_TEST(!people.is_coming_and_going(classify("<eve>", "hi"), noon));
}

BOOST_AUTO_TEST_CASE(a_name_is_found_as_a_word_of_its_own)
{
    struct {
        const char* text;
        std::size_t begin;
        std::size_t count;
    } const all[] = {
        {"al", 0, 1},
        {"hi AL!", 3, 1},
        {"hi, Al: al", 4, 2},
        {"also", 0, 0},
        {"real", 0, 0},
        {"al_x, x-al: hi", 0, 0},
        {"ask al.", 4, 1},
        {"al's", 0, 1},
        {"al\xcc\x81", 0, 0},
        {"", 0, 0},
        {"\xc3\xa9 al", 3, 1},
        {"\xe4\xbd\xa0"
         "al",
         3, 1},
    };
    for (const auto& one : all) {
        const auto found = mentions_of("al", one.text);
        BOOST_TEST(found.size() == one.count, one.text);
        if (!found.empty()) {
            BOOST_TEST(found.front().first == one.begin);
            BOOST_TEST(found.front().second == 2u);
        }
    }
    BOOST_TEST(mentions_of("", "al").empty());
    BOOST_TEST(mentions_of("小明", "你好小明吗").size() == 1u);
    BOOST_TEST(mentions_of("สมชาย", "สวัสดีสมชายครับ").size() == 1u);
    BOOST_TEST(mentions_of("สมช", "สมชัย").empty());  // a vowel sign is part of its letter
    BOOST_TEST(mentions_of("МАША", "привет, Маша!").size() == 1u);
    BOOST_TEST(mentions_of("Маша", "Машами").empty());
    BOOST_TEST(mentions_of("Émile", "salut émile").size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_text_is_wrapped_at_words_and_no_row_begins_at_the_margin)
{
    BOOST_TEST(wrap("hi", 5, 5, 20) == rows{"hi"});
    BOOST_TEST(wrap("one two three four five", 5, 5, 15) == (rows{"one two", "three four", "five"}));
    BOOST_TEST(wrap("one two  three", 5, 5, 13) == (rows{"one two", "three"}));
    BOOST_TEST(wrap("0123456789", 5, 5, 15) == rows{"0123456789"});
    BOOST_TEST(wrap("a https://example.org/long b", 5, 5, 15) == (rows{"a", "https://example.org/long", "b"}));
    BOOST_TEST(wrap("你好你好你好", 5, 5, 11) == (rows{"你好你", "好你好"}));
    BOOST_TEST(wrap("你好你，好", 5, 5, 11) == (rows{"你好", "你，好"}));
    BOOST_TEST(wrap("\xc2\xa0\xc3\xa9\xc3\xa9\xc3\xa9", 2, 2, 4) == (rows{"\xc2\xa0\xc3\xa9", "\xc3\xa9\xc3\xa9"}));
    BOOST_TEST(wrap("", 5, 5, 15) == rows{""});
}

BOOST_AUTO_TEST_CASE(no_words_but_their_spaces_are_lost_in_wrapping)
{
    const std::string text = "one tw\xc3\xb6 三四五，six https://x.example/abcdefghijklmnopqrstuvwxyz e\xcc\x81 end";
    std::string letters = text;
    std::erase(letters, ' ');
    for (std::size_t columns = 4; columns < 60; ++columns) {
        std::string found;
        for (const auto& row : wrap(text, 3, 3, columns)) {
            found += row;
        }
        std::erase(found, ' ');
        BOOST_TEST(found == letters, columns);
    }
}

BOOST_AUTO_TEST_CASE(each_kind_of_message_looks_its_own_way_on_a_terminal)
{
    const auto shown = [](const char* sender, const char* text, bool own, bool to_me = false) {
        message what{{}, sender, text, own, classify(sender, text)};
        what.to_me = to_me;
        return render(what, {.you = true, .columns = 40});
    };
    BOOST_TEST(shown("<bob>", "hi", false) == "<bob>: hi\n");
    BOOST_TEST(shown("<bob>", "/me joined", false) == "* <bob> joined\n");
    BOOST_TEST(shown("*", "<bob> joined", false) == "*: <bob> joined\n");
    BOOST_TEST(shown("<bob> -> <al>", "psst", false, true) == "<bob> -> you: psst\n");
    BOOST_TEST(shown("<al> -> <bob>", "psst", true) == "you -> <bob>: psst\n");
    BOOST_TEST(shown("<bob>", "all of this and <al>: that is too long", false) ==
               "<bob>: all of this and <al>: that is too\n       long\n");
    BOOST_TEST(
        shown("<bob>", "a text that seems to be two\xc2\xa0\xc2\xa0\xc2\xa0\xc2\xa0\xc2\xa0\xc2\xa0 <al>: fake", false)
            .find("\n<al>") == std::string::npos);
    message told{{}, "*", "<bob> joined", false, classify("*", "<bob> joined")};
    BOOST_TEST(render(told, {.colour = true}) == "\033[2m*: <bob> joined\033[0m\n");
    message named{{}, "*", "hi", false, {}};
    named.sender = "<bob>";
    named.text = "hi al, and AL";
    named.means = classify(named.sender, named.text);
    named.mentioned = "al";
    BOOST_TEST(render(named, {.colour = true}).ends_with(": hi \033[1;7mal\033[0m, and \033[1;7mAL\033[0m\n"));
    named.text = "你好小明";
    named.means = classify(named.sender, named.text);
    named.mentioned = "小明";
    BOOST_TEST(render(named, {.colour = true, .columns = 13}).ends_with("\033[1;7m小\033[0m\n  \033[1;7m明\033[0m\n"));
    const auto begin = [](const char* sender, const char* text) {
        const message what{{}, sender, text, false, classify(sender, text)};
        const auto line = render(what, {.colour = true});
        return line.substr(0, line.find('m') + 1);
    };
    BOOST_TEST(begin("<bob>", "hi") == begin("<bob> -> <al>", "hi"));  // a person has one colour
}

BOOST_AUTO_TEST_CASE(a_notice_of_the_clients_own_is_wrapped_at_words_too)
{
    BOOST_TEST(render_notice("one two three", false, 12) == "-- one two\n   three\n");
    BOOST_TEST(render_notice("one two three", true, 0) == "\033[2m-- one two three\033[0m\n");
}

BOOST_AUTO_TEST_CASE(the_tab_key_completes_names_rooms_and_commands)
{
    vocabulary words;
    for (const auto* name : {"<alice>", "<albert>", "<bob>", "1.2.3.4:5"}) {
        words.received_message(classify(name, "hi"), "lobby");
    }
    words.received_message(classify("*", "<eve> joined"), "lobby");
    words.received_message(classify("*", "rooms: lobby 3, dev 1"), "lobby");
    words.typed("/join Garden");
    struct {
        const wchar_t* before;
        std::size_t erase;
        const wchar_t* insert;
        std::size_t choice;
    } const all[] = {
        {L"bo", 2, L"bob: ", 0},
        {L"hi BO", 2, L"bob ", 0},
        {L"al", 0, L"", 2},
        {L"ali", 3, L"alice: ", 0},
        {L"a", 1, L"al", 0},
        {L"ev", 2, L"eve: ", 0},
        {L"zz", 0, L"", 0},
        {L"", 0, L"\t", 0},
        {L"hi ", 0, L"\t", 0},
        {L"/jo", 3, L"/join ", 0},
        {L"/ign", 4, L"/ignore ", 0},
        {L"/join d", 1, L"dev ", 0},
        {L"/join ga", 2, L"Garden ", 0},
        {L"/Join ga", 2, L"Garden ", 0},
        {L"/help /jo", 3, L"/join ", 0},
        {L"/join ", 0, L"", 3},
        {L"/msg 1.2", 3, L"1.2.3.4:5 ", 0},
        {L"/msg ", 0, L"", 5},
        {L"/msg bob al", 0, L"", 2},
        {L"//me bo", 2, L"bob ", 0},
    };
    for (const auto& one : all) {
        const auto found = words.complete(one.before);
        BOOST_TEST_CONTEXT(std::string(one.before, one.before + std::wstring_view{one.before}.size()))
        {
            BOOST_TEST(found.erase == one.erase);
            BOOST_TEST((found.insert == one.insert));
            BOOST_TEST(found.choice.size() == one.choice);
        }
    }
    words.received_message(classify("<bob>", "hi"), "lobby");
    words.received_message(classify("<alice>", "hi"), "lobby");
    BOOST_TEST((words.complete(L"ali").insert == L"alice: "));
    words.received_message(classify("<albert>", "hi"), "lobby");
    words.received_message(classify("*", "lobby, 2 here: <zoe> #1, 1.1.1.1:1 #2, <zack> #3 operator"), "lobby");
    BOOST_TEST((words.complete(L"zo").insert == L"zoe: "));
    BOOST_TEST((words.complete(L"za").insert == L"zack: "));
    words.received_message(classify("*", "<eve> is now <eva>"), "lobby");
    BOOST_TEST((words.complete(L"ev").insert == L"eva: "));
    BOOST_TEST(words.complete(L"al").choice == (rows{"albert", "alice"}));  // who spoke last comes first
}

BOOST_AUTO_TEST_CASE(only_a_list_of_the_servers_is_taken_apart)
{
    using views = std::vector<std::string_view>;
    BOOST_TEST(listed_members("lobby, 2 here: <al> #1, [::1]:5 #12 operator") == (views{"<al>", "[::1]:5"}));
    BOOST_TEST(listed_members("<bob> #3 operator, <eve> #4") == (views{"<bob>", "<eve>"}));
    BOOST_TEST(listed_members("lobby, 9 here: <al> #1; 8 more: /who lobby #2") == views{"<al>"});
    BOOST_TEST(listed_rooms("rooms: lobby 3, dev 1") == (views{"lobby", "dev"}));
    BOOST_TEST(listed_rooms("教室 3") == views{"教室"});
    for (const auto* text : {"<op> announces: look here: <root> and <toor>", "the topic of dev: come here: <x>",
                             "we meet here: <x>", "dev, x here: <x>", "dev, 1 here <x>", "<eve> joined",
                             "rooms: there are many, ask", "", "you are in dev, 1 here", "lobby, 1 here: <al> #x"}) {
        BOOST_TEST(listed_members(text).empty(), text);
        BOOST_TEST(listed_rooms(text).empty(), text);
    }
}

BOOST_AUTO_TEST_CASE(the_tab_key_knows_no_more_and_no_less_commands_than_there_are)
{
    std::vector<std::string> all;
    for (const auto& one : chatroom::detail::all_commands()) {
        all.push_back('/' + std::string{one.name});
        all.push_back('/' + std::string{one.alias});
    }
    for (const auto& one : local_commands) {
        all.emplace_back(one.usage.substr(0, one.usage.find(' ')));
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::erase(all, "/");
    BOOST_TEST(vocabulary{}.complete(L"/").choice == all);
}

BOOST_AUTO_TEST_CASE(a_list_displaces_nobody_and_who_has_left_is_not_offered)
{
    vocabulary words;
    words.received_message(classify("<bob>", "hi"), "lobby");
    words.received_message(classify("*", "dev, 2 here: <barbara> #1, <bob> #2"), "lobby");
    BOOST_TEST(words.complete(L"b").choice == (rows{"bob", "barbara"}));
    for (int i = 0; i < 1100; ++i) {
        words.received_message(classify("*", "<p" + std::to_string(i) + "> #7"), "lobby");
    }
    BOOST_TEST((words.complete(L"bo").insert == L"bob: "));
    BOOST_TEST(words.complete(L"p").choice.size() == 998u);
    for (int i = 0; i < 998; ++i) {
        words.received_message(classify("<q" + std::to_string(i) + '>', "hi"), "lobby");
    }
    words.received_message(classify("<bob>", "hi"), "lobby");
    words.received_message(classify("<new>", "hi"), "lobby");
    BOOST_TEST((words.complete(L"bo").insert == L"bob: "));
    BOOST_TEST((words.complete(L"ne").insert == L"new: "));
    words.received_message(classify("*", "<bob> left"), "lobby");
    words.received_message(classify("*", "<new> was removed by <op>"), "lobby");
    BOOST_TEST(words.complete(L"bo").insert.empty());
    BOOST_TEST(words.complete(L"ne").insert.empty());
    BOOST_TEST((words.complete(L"op").insert == L"op: "));
}

BOOST_AUTO_TEST_CASE(the_status_says_what_is_known_and_no_more)
{
    status now;
    BOOST_TEST(now.prompt() == "(connecting) > ");
    now.link = link_status{.connected = true};
    BOOST_TEST(now.prompt() == "> ");
    BOOST_TEST(now.title() == "chatroom");
    now.link = link_status{.connected = true, .waiting = 2, .pending = 1, .busy = true, .room = "dev", .here = 3};
    now.unread = 4;
    BOOST_TEST(now.prompt() == "(dev, 3 here, 1 pending, 4 unread) > ");
    BOOST_TEST(now.title() == "(4) dev - chatroom");
    now.link->connected = false;
    BOOST_TEST(now.prompt() == "(away, 2 to say, 4 unread) > ");
}

BOOST_AUTO_TEST_CASE(a_new_day_is_told_once)
{
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    calendar days{noon};
    BOOST_TEST(!days.turn_to(noon + 11h));
    BOOST_TEST(days.turn_to(noon + 12h).value() == "Saturday, 2026-11-28");
    BOOST_TEST(!days.turn_to(noon + 13h));
}

BOOST_AUTO_TEST_CASE(a_long_paste_is_asked_about_and_one_that_is_too_long_is_not_kept)
{
    paste lines;
    for (std::size_t i = 0; i < paste::most_lines; ++i) {
        lines.add("x");
    }
    BOOST_TEST(!lines.is_long());
    lines.add("x");
    BOOST_TEST(lines.is_long());
    lines.ask();
    BOOST_TEST(lines.question() == "say 11 pasted lines? (y/n) > ");
    BOOST_TEST(lines.take().size() == 11u);
    BOOST_TEST(lines.empty());
    BOOST_TEST(!lines.asking());
    lines.add(std::string(paste::most_bytes, 'x'));
    BOOST_TEST(lines.is_too_long());
    BOOST_TEST(lines.take().empty());
}

BOOST_AUTO_TEST_SUITE_END()
