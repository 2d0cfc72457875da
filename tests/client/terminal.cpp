// SPDX-License-Identifier: BSL-1.0
#include "keys.hpp"
#include "screen_line.hpp"

#include <boost/test/unit_test.hpp>

#include <clocale>
#include <string>

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

// What comes out, whole and with every way to cut the bytes in two.
bool gives(const std::string& bytes, const std::wstring& expected, bool cut = true)
{
    keys whole;
    whole.feed(bytes);
    bool good = all(whole) == expected;
    for (std::size_t at = 1; cut && at < bytes.size(); ++at) {
        keys parts;
        parts.feed(std::string_view{bytes}.substr(0, at));
        auto got = all(parts);
        parts.feed(std::string_view{bytes}.substr(at));
        good = good && got + all(parts) == expected;
    }
    return good;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client_keys)

BOOST_AUTO_TEST_CASE(text_and_keys_get_through_however_they_are_cut)
{
    BOOST_TEST(gives("a\xc3\xa4\xe4\xbd\xa0\xf0\x9f\x98\x80", L"a\u00e4\u4f60\U0001f600"));
    BOOST_TEST(gives("\033[A\033[1;5C\001\n", L"\033[A\033[1;5C\001\n"));
    BOOST_TEST(gives("\033[20~\033\033[A", L"\033[20~\033\033[A"));
}

BOOST_AUTO_TEST_CASE(an_escape_alone_is_a_key_at_once)
{
    BOOST_TEST(gives("\033", L"\033", false));
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
    keys whole;
    whole.feed("x\033[200~" + pasted + "\033[201~\001");
    BOOST_TEST((all(whole) == L"xone\ntwo\nthree\n\tfour[A5\001"));
}

BOOST_AUTO_TEST_CASE(the_end_of_a_paste_may_be_cut_anywhere)
{
    const std::string bytes = "ab\033\033[201~\001";
    for (std::size_t at = 1; at < bytes.size(); ++at) {
        keys parts;
        parts.feed("\033[200~");
        parts.feed(std::string_view{bytes}.substr(0, at));
        parts.feed(std::string_view{bytes}.substr(at));
        BOOST_TEST((all(parts) == L"ab\001"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(client_screen_line)

BOOST_AUTO_TEST_CASE(a_short_line_is_drawn_and_taken_away)
{
    screen_line line;
    BOOST_TEST(line.erase({10, 5}).empty());
    BOOST_TEST(line.draw("> ", L"abc", 1, {10, 5}) == "> abc\r\033[3C");
    BOOST_TEST(line.erase({10, 5}) == "\r\033[J");
    BOOST_TEST(line.erase({10, 5}).empty());
}

BOOST_AUTO_TEST_CASE(a_line_of_several_rows_is_taken_away_from_the_cursors_row_up)
{
    screen_line line;
    BOOST_TEST(line.draw("> ", L"abcdefghijklmnopqrs", 19, {10, 5}) == "> abcdefghijklmnopqrs\r\033[1C");
    BOOST_TEST(line.erase({10, 5}) == "\r\033[2A\033[J");
    BOOST_TEST(line.draw("> ", L"abcdefghijklmnopqrs", 9, {10, 5}) == "> abcdefghijklmnopqrs\033[1A\r\033[1C");
    BOOST_TEST(line.erase({10, 5}) == "\r\033[1A\033[J");
}

BOOST_AUTO_TEST_CASE(a_full_row_is_made_to_wrap)
{
    screen_line line;
    BOOST_TEST(line.draw("> ", L"abcdefgh", 8, {10, 5}) == "> abcdefgh \r\r");
    BOOST_TEST(line.erase({10, 5}) == "\r\033[1A\033[J");
}

BOOST_AUTO_TEST_CASE(rows_are_counted_in_the_width_of_now)
{
    screen_line line;
    (void)line.draw("> ", L"abcdefghijklmnopqrs", 19, {10, 5});
    BOOST_TEST(line.erase({40, 5}) == "\r\033[J");
    (void)line.draw("> ", L"abcdefghijklmnopqrs", 19, {40, 5});
    BOOST_TEST(line.erase({5, 10}) == "\r\033[4A\033[J");
}

BOOST_AUTO_TEST_CASE(wide_characters_take_two_cells_and_never_straddle_rows)
{
    screen_line line;
    BOOST_TEST(line.draw("> ", L"\u4f60\u597d", 1, {10, 5}) == "> \u4f60\u597d\r\033[4C");
    (void)line.draw("> ", L"a\u4f60\u597d\u4f60\u597d", 5, {10, 5});  // nine cells, and one left over
    BOOST_TEST(line.erase({10, 5}) == "\r\033[1A\033[J");
}

BOOST_AUTO_TEST_CASE(what_a_terminal_would_obey_is_shown_and_not_sent)
{
    screen_line line;
    BOOST_TEST(line.draw("", L"\033[A\t\u202e\u009b", 0, {40, 5}) == "^[[A    \ufffd\ufffd\r");
}

BOOST_AUTO_TEST_CASE(of_more_rows_than_the_screen_has_those_around_the_cursor_are_drawn)
{
    screen_line line;
    const std::wstring text(1000, L'x');
    BOOST_TEST(line.draw("> ", text, 1000, {10, 5}) == std::string(32, 'x') + "\r\033[2C");
    BOOST_TEST(line.erase({10, 5}) == "\r\033[3A\033[J");
    BOOST_TEST(line.draw("> ", text, 0, {10, 5}) == "> " + std::string(38, 'x') + "\033[3A\r\033[2C");
    BOOST_TEST(line.erase({10, 5}) == "\r\033[J");
}

BOOST_AUTO_TEST_SUITE_END()
