// SPDX-License-Identifier: BSL-1.0
#include "keys.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>
#include <utility>

using namespace client;

namespace {

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
