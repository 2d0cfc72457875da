// SPDX-License-Identifier: BSL-1.0
#include <chatroom/wire/text.hpp>

#include <boost/test/unit_test.hpp>

using namespace chatroom::wire;

namespace {

std::string clean(std::string_view text)
{
    std::string out;
    append_clean(out, text);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wire_text)

BOOST_AUTO_TEST_CASE(plain_text_and_tab_pass_as_they_are)
{
    for (const std::string text :
         {"", "hi", "a\tb", "exactly8", "more than eight bytes ~", "h\xc3\xa9llo \xe2\x82\xac"}) {
        BOOST_TEST(is_clean(text));
        BOOST_TEST(clean(text) == text);
    }
}

BOOST_AUTO_TEST_CASE(every_control_byte_is_removed_wherever_it_stands)
{
    for (int c = 0; c < 0x80; ++c) {
        if (c != '\t' && c != '\r' && (c < 0x20 || c == 0x7f)) {
            for (std::size_t at = 0; at <= 17; ++at) {
                std::string text(17, 'x');
                text.insert(at, 1, static_cast<char>(c));
                BOOST_TEST(!is_clean(text));
                BOOST_TEST(clean(text) == std::string(17, 'x'));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(c1_controls_go_and_continuation_bytes_of_the_same_value_stay)
{
    BOOST_TEST(clean("a\xc2\x85z\xc2\x9bq") == "azq");
    BOOST_TEST(clean("\xc5\x85\xe2\x84\x85") == "\xc5\x85\xe2\x84\x85");
}

BOOST_AUTO_TEST_CASE(what_turns_text_around_or_breaks_lines_is_removed)
{
    BOOST_TEST(clean("a\xd8\x9c"
                     "b\xe2\x80\xaa\xe2\x80\xae"
                     "c\xe2\x81\xa6\xe2\x81\xa9"
                     "d\xe2\x80\xa8\xe2\x80\xa9"
                     "e") == "abcde");
    BOOST_TEST(clean("\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5") ==
               "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5");  // their neighbours stay
}

BOOST_AUTO_TEST_CASE(a_carriage_return_glues_no_words_together_and_is_nothing_at_the_end)
{
    BOOST_TEST(!is_clean("a\rb"));
    BOOST_TEST(clean("a\rb") == "a b");
    BOOST_TEST(clean("a\r\rb") == "a b");
    BOOST_TEST(clean("a\r") == "a");
    BOOST_TEST(clean("\r\ra") == "a");
    BOOST_TEST(clean("a\r\r") == "a");
    BOOST_TEST(clean("a\r\xff") == "a \xef\xbf\xbd");
    BOOST_TEST(clean("a\r\x01z") == "a z");
    BOOST_TEST(complete_prefix("ab\r") == 2u);
    BOOST_TEST(complete_prefix("ab\r\xe2\x82") == 2u);
    BOOST_TEST(complete_prefix("\r\r") == 1u);
}

BOOST_AUTO_TEST_CASE(white_space_of_any_script_alone_is_blank)
{
    for (const auto* text : {"", " ", "\t \t", "\xc2\xa0", "\xe3\x80\x80", "\xe2\x80\x83 \xe1\x9a\x80"}) {
        BOOST_TEST(is_blank(text));
    }
    for (const auto* text : {"x", " x ", "\xe3\x80\x80.", "\xe2\x80\x8b", "0"}) {
        BOOST_TEST(!is_blank(text));
    }
}

BOOST_AUTO_TEST_CASE(invalid_bytes_become_the_replacement_character)
{
    BOOST_TEST(clean("a\xff"
                     "b") == "a\xef\xbf\xbd"
                             "b");
    BOOST_TEST(clean("\xc0\xaf").find('/') == std::string::npos);  // overlong
    BOOST_TEST(clean("\xed\xa0\x80").find("\xef\xbf\xbd") == 0u);  // a surrogate
    BOOST_TEST(clean("x\xe2\x82") == "x\xef\xbf\xbd");             // cut
}

BOOST_AUTO_TEST_CASE(a_broken_sequence_takes_no_more_than_its_lead_announces)
{
    const std::string mark = "\xef\xbf\xbd";
    BOOST_TEST(clean("\xc1\xa7\x9a") == mark + mark);
    BOOST_TEST(clean("\xe2\x82\xc3\xa9") == mark + "\xc3\xa9");
    BOOST_TEST(clean("\xff\x80\x80\x80\x80x") == mark + mark + "x");
}

BOOST_AUTO_TEST_CASE(a_prefix_leaves_out_only_a_code_point_that_may_yet_be_completed)
{
    BOOST_TEST(complete_prefix("ab") == 2u);
    BOOST_TEST(complete_prefix("a\xc3") == 1u);
    BOOST_TEST(complete_prefix("a\xe2\x82") == 1u);
    BOOST_TEST(complete_prefix("a\xf0\x9f\x98") == 1u);
    BOOST_TEST(complete_prefix("a\xe2\x82\xac") == 4u);
    BOOST_TEST(complete_prefix("\x82\x82\x82\x82") == 4u);  // nothing can complete these
    BOOST_TEST(prefix_within("a\xe2\x82\xac", 3) == 1u);
    BOOST_TEST(prefix_within("a\xe2\x82\xac", 4) == 4u);
}

BOOST_AUTO_TEST_SUITE_END()
