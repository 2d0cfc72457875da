// SPDX-License-Identifier: BSL-1.0
#include "screen_line.hpp"

#include <boost/test/unit_test.hpp>

#include <clocale>
#include <initializer_list>
#include <string>

using namespace client;

namespace {

struct utf8 {
    utf8() { std::setlocale(LC_CTYPE, "C.UTF-8"); }
};

BOOST_TEST_GLOBAL_FIXTURE(utf8);

}  // namespace

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
