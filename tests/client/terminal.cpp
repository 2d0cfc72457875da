// SPDX-License-Identifier: BSL-1.0
#include "keys.hpp"
#include "screen_line.hpp"

#include <boost/test/unit_test.hpp>

#include <clocale>
#include <initializer_list>
#include <string>
#include <utility>

using namespace client;

namespace {

struct utf8 {
    utf8() { std::setlocale(LC_CTYPE, "C.UTF-8"); }
};

BOOST_TEST_GLOBAL_FIXTURE(utf8);

std::wstring all(keys& from)
{
    std::wstring out;
    while (const auto key = from.next()) {
        out.push_back(*key);
    }
    return out;
}

struct typed {
    std::pair<std::size_t, std::size_t> reported;
    bool asked = false;
    keys in{[](const std::string& sequence) { return sequence == "\033[A" || sequence == "\033[1;5C"; },
            [this](std::size_t row, std::size_t column) {
                reported = {row, column};
                return asked;
            }};
};

// What comes out, whole and with every way to cut the bytes in two.
bool gives(const std::string& bytes, const std::wstring& expected)
{
    typed whole;
    whole.in.feed(bytes);
    bool good = all(whole.in) == expected;
    for (std::size_t at = 1; at < bytes.size(); ++at) {
        typed parts;
        parts.in.feed(std::string_view{bytes}.substr(0, at));
        auto got = all(parts.in);
        parts.in.feed(std::string_view{bytes}.substr(at));
        good = good && got + all(parts.in) == expected;
    }
    return good;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client_keys)

BOOST_AUTO_TEST_CASE(text_and_keys_get_through_however_they_are_cut)
{
    BOOST_TEST(gives("a\xc3\xa4\xe4\xbd\xa0\xf0\x9f\x98\x80", L"a\u00e4\u4f60\U0001f600"));
    BOOST_TEST(gives("\033[A\033[1;5C\001\n\033bx", L"\033[A\033[1;5C\001\n\033bx"));
}

BOOST_AUTO_TEST_CASE(a_sequence_that_nothing_is_bound_to_is_swallowed_whole_however_it_is_cut)
{
    for (const std::string sequence :
         {"\033[5~",    "\033[6~", "\033[15~",  "\033[24~",  "\033[5;2~",    "\033[1;2A",
          "\033[1;10D", "\033OP",  "\033O5Q",   "\033[[A",   "\033[[E",      "\033\033[B",
          "\033\033OB", "\033[5$", "\033[5^",   "\033[7@",   "\033[?1;2c",   "\033[>0;10;1c",
          "\033[I",     "\033[O",  "\033[201~", "\033[3;7R", "\033[27;5;9~", "\033[97;5u"}) {
        BOOST_TEST(gives("a" + sequence + "b", L"ab"), sequence.substr(1));
        BOOST_TEST(gives(sequence + "\033[A" + sequence + "\n", L"\033[A\n"), sequence.substr(1));
    }
    BOOST_TEST(gives("a\033[" + std::string(1000, '1') + "~b", L"ab"));
}

BOOST_AUTO_TEST_CASE(what_cuts_a_sequence_off_is_a_key)
{
    BOOST_TEST(gives("\033[12\nb", L"\nb"));
    BOOST_TEST(gives("\033[\xc3\xa4", L"\u00e4"));
    BOOST_TEST(gives("\033O\001", L"\001"));
    BOOST_TEST(gives("\033[1\033[A", L"\033[A"));
}

BOOST_AUTO_TEST_CASE(an_escape_alone_is_a_key_in_time_and_half_a_sequence_is_none)
{
    typed one;
    one.in.feed("\033");
    BOOST_TEST(one.in.incomplete());
    one.in.time_out();
    one.in.feed("x");
    BOOST_TEST((all(one.in) == L"\033x"));
    one.in.feed("\033[1;");
    one.in.time_out();
    BOOST_TEST(!one.in.incomplete());
    one.in.feed("y");
    BOOST_TEST((all(one.in) == L"y"));
}

BOOST_AUTO_TEST_CASE(a_position_that_was_asked_for_is_reported_and_types_nothing_not_even_into_a_paste)
{
    typed one;
    one.asked = true;
    one.in.feed("a\033[12;345Rb\033[200~c\033[6;7Rd\033[201~");
    BOOST_TEST((all(one.in) == L"abcd"));
    BOOST_TEST(one.reported.first == 6u);
    BOOST_TEST(one.reported.second == 7u);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_are_replaced)
{
    BOOST_TEST(gives("a\xffz", L"a\ufffdz"));
    BOOST_TEST(gives("\xc3z", L"\ufffdz"));
}

BOOST_AUTO_TEST_CASE(a_paste_is_text_and_lines_and_nothing_else)
{
    const std::string pasted = "one\r\ntwo\rthree\n\tfour\033[A\001\177\xc2\x9b"
                               "5";
    BOOST_TEST(gives("x\033[200~" + pasted + "\033[201~\001", L"xone\ntwo\nthree\n\tfour[A5\001"));
}

BOOST_AUTO_TEST_CASE(the_end_of_a_paste_may_be_cut_anywhere)
{
    BOOST_TEST(gives("\033[200~ab\033\033[201~\001", L"ab\001"));
    BOOST_TEST(gives("\033[200~ab\033\033\033[201~\001", L"ab\001"));
    BOOST_TEST(gives("\033[200~a\033[20\033[201~\001", L"a[20\001"));
}

BOOST_AUTO_TEST_CASE(a_paste_without_an_end_ends_in_time_or_when_it_is_cleared)
{
    typed one;
    one.in.feed("\033[200~ab\033[20");
    BOOST_TEST(one.in.pasting());
    one.in.time_out();
    one.in.feed("\001\033[A");
    BOOST_TEST((all(one.in) == L"ab[20\001\033[A"));
    one.in.feed("\033[200~cd");
    BOOST_TEST(one.in.clear());
    BOOST_TEST(!one.in.clear());
    one.in.feed("\001");
    BOOST_TEST((all(one.in) == L"\001"));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(client_screen_line)

namespace {

std::string gone(int rows)
{
    return "\r" + (rows == 0 ? "" : "\033[" + std::to_string(rows) + "A") + "\033[J";
}

// What asks for the widths of these.
std::string asks(std::initializer_list<std::string> texts)
{
    std::string out{"\033[?7l"};
    for (const auto& text : texts) {
        out += text + "\033[6n\r\033[K";
    }
    return out + "\033[?7h";
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_short_line_is_drawn_and_taken_away)
{
    screen_line line;
    BOOST_TEST(line.erase({10, 5}).empty());
    BOOST_TEST(line.draw("> ", L"abc", 1, {10, 5}) == "> abc\r\033[3C");
    BOOST_TEST(line.erase({10, 5}) == gone(0));
    BOOST_TEST(line.erase({10, 5}).empty());
}

BOOST_AUTO_TEST_CASE(a_line_of_several_rows_is_taken_away_from_the_cursors_row_up)
{
    screen_line line;
    BOOST_TEST(line.draw("> ", L"abcdefghijklmnopqrs", 19, {10, 5}) == "> abcdefghijklmnopqrs\r\033[1C");
    BOOST_TEST(line.erase({10, 5}) == gone(2));
    BOOST_TEST(line.draw("> ", L"abcdefghijklmnopqrs", 9, {10, 5}) == "> abcdefghijklmnopqrs\033[1A\r\033[1C");
    BOOST_TEST(line.erase({10, 5}) == gone(1));
}

BOOST_AUTO_TEST_CASE(a_full_row_is_made_to_wrap)
{
    screen_line line;
    BOOST_TEST(line.draw("> ", L"abcdefgh", 8, {10, 5}) == "> abcdefgh \r\r");
    BOOST_TEST(line.erase({10, 5}) == gone(1));
}

BOOST_AUTO_TEST_CASE(rows_are_counted_in_the_width_of_now)
{
    screen_line line;
    (void)line.draw("> ", L"abcdefghijklmnopqrs", 19, {10, 5});
    BOOST_TEST(line.erase({40, 5}) == gone(0));
    (void)line.draw("> ", L"abcdefghijklmnopqrs", 19, {40, 5});
    BOOST_TEST(line.erase({5, 10}) == gone(4));
}

BOOST_AUTO_TEST_CASE(it_is_not_erased_from_the_first_cell_of_a_screen_on)
{
    screen_line line;
    (void)line.draw("> ", L"abc", 1, {10, 5});
    line.disturbed();
    BOOST_TEST(line.erase({10, 5}) == "\r\033[K\033[C\033[J\r");
    (void)line.draw("> ", L"abc", 1, {10, 5});
    line.printed_above();
    BOOST_TEST(line.erase({10, 5}) == gone(0));
}

BOOST_AUTO_TEST_CASE(wide_characters_take_two_cells_and_never_straddle_rows)
{
    screen_line line;
    BOOST_TEST(line.draw("> ", L"\u4f60\u597d", 1, {10, 5}) == asks({"\u4f60", "\u597d"}) + "> \u4f60\u597d\r\033[4C");
    (void)line.draw("> ", L"a\u4f60\u597d\u4f60\u597d", 5, {10, 5});  // nine cells, and one left over
    BOOST_TEST(line.erase({10, 5}) == gone(1));
}

BOOST_AUTO_TEST_CASE(a_cluster_takes_the_cells_that_the_terminal_tells_and_is_not_drawn_before)
{
    const std::wstring family = L"\U0001f468\u200d\U0001f469\u200d\U0001f467";
    const std::string bytes = "\U0001f468\u200d\U0001f469\u200d\U0001f467";
    for (const std::size_t cells : {2U, 6U}) {
        screen_line line;
        BOOST_TEST(line.draw("> ", family + family, 10, {10, 5}) == asks({bytes}) + "> ??\r\033[4C");
        BOOST_TEST(line.draw("> ", family + family, 10, {10, 5}) == "> ??\r\033[4C");
        BOOST_TEST(line.probe().answer(3, cells + 1));
        BOOST_TEST(!line.probe().awaits());
        BOOST_TEST(line.draw("> ", family + family, 10, {10, 5}) ==
                   (cells == 2 ? "> " + bytes + bytes + "\r\033[6C" : "> " + bytes + "  " + bytes + "\r\033[6C"));
        BOOST_TEST(line.erase({10, 5}) == gone(cells == 2 ? 0 : 1));
    }
}

BOOST_AUTO_TEST_CASE(within_a_cluster_the_cursor_is_where_the_terminal_tells)
{
    screen_line line;
    (void)line.draw("> ", L"\U0001f44d\U0001f3fd!", 3, {40, 5});
    (void)line.probe().answer(1, 5);
    BOOST_TEST(line.draw("> ", L"\U0001f44d\U0001f3fd!", 1, {40, 5}).starts_with(asks({"\U0001f44d"})));
    (void)line.probe().answer(1, 3);
    BOOST_TEST(line.draw("> ", L"\U0001f44d\U0001f3fd!", 1, {40, 5}).ends_with("\r\033[4C"));
}

BOOST_AUTO_TEST_CASE(an_answer_from_before_a_change_of_size_is_asked_for_again)
{
    screen_line line;
    (void)line.draw("> ", L"\U0001f600", 1, {40, 5});
    line.probe().disturbed();
    (void)line.probe().answer(1, 9);
    BOOST_TEST(line.draw("> ", L"\U0001f600", 1, {40, 5}) == asks({"\U0001f600"}) + "> ?\r\033[3C");
    (void)line.probe().answer(1, 3);
    BOOST_TEST(line.draw("> ", L"\U0001f600", 1, {40, 5}) == "> \U0001f600\r\033[4C");
}

BOOST_AUTO_TEST_CASE(a_long_line_stands_low_enough_for_a_narrow_window)
{
    screen_line line;
    const std::wstring text(93, L'x');
    const auto drawn = "> " + std::string(93, 'x') + "\r\033[15C";
    BOOST_TEST(line.draw("> ", text, 93, {80, 24}) == asks({""}) + drawn);
    (void)line.probe().answer(2, 1);
    (void)line.erase({80, 24});
    BOOST_TEST(line.draw("> ", text, 93, {80, 24}) == "\0337\033[H\033[2L\0338\033[2B" + drawn);
    (void)line.erase({80, 24});
    BOOST_TEST(line.draw("> ", text, 93, {80, 24}) == drawn);
}

BOOST_AUTO_TEST_CASE(what_a_terminal_would_obey_is_shown_and_not_sent)
{
    screen_line line;
    BOOST_TEST(line.draw("", L"\033[A\t\u202e\u009b", 0, {40, 5}) == "^[[A    ??\r");
}

BOOST_AUTO_TEST_CASE(of_more_rows_than_the_screen_has_those_around_the_cursor_are_drawn)
{
    screen_line line;
    const std::wstring text(1000, L'x');
    BOOST_TEST(line.draw("> ", text, 1000, {10, 5}) == std::string(32, 'x') + "\r\033[2C");
    BOOST_TEST(line.erase({10, 5}) == gone(3));
    BOOST_TEST(line.draw("> ", text, 0, {10, 5}) == "> " + std::string(38, 'x') + "\033[3A\r\033[2C");
    BOOST_TEST(line.erase({10, 5}) == gone(0));
}

BOOST_AUTO_TEST_SUITE_END()
