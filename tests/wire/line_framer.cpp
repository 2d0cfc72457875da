// SPDX-License-Identifier: BSL-1.0
#include "wire/line_framer.hpp"
#include "wire/telnet_filter.hpp"

#include <chatroom/wire/text.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace chatroom::wire;
namespace {

std::vector<std::string> lines_of(line_framer& framer, std::string_view bytes)
{
    std::vector<std::string> lines;
    std::string_view line;
    while (!bytes.empty()) {
        switch (framer.next(bytes, line)) {
        case line_framer::result::line: lines.emplace_back(line); break;
        case line_framer::result::too_long: lines.emplace_back("(too long)"); break;
        case line_framer::result::endless: lines.emplace_back("(endless)"); return lines;
        case line_framer::result::need_more: break;
        }
    }
    return lines;
}

using strings = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(wire_line_framer)

BOOST_AUTO_TEST_CASE(a_line_ends_at_its_newline_wherever_the_network_cuts_it)
{
    const std::string text = "one\ntw\xe2\x82\xac\n\nfour\n";
    const strings whole{"one", "tw\xe2\x82\xac", "", "four"};
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        line_framer framer{100};
        auto lines = lines_of(framer, std::string_view{text}.substr(0, cut));
        for (auto& line : lines_of(framer, std::string_view{text}.substr(cut))) {
            lines.push_back(line);
        }
        BOOST_TEST(lines == whole, boost::test_tools::per_element());
        BOOST_TEST(!framer.open());
    }
}

BOOST_AUTO_TEST_CASE(a_quiet_gap_ends_a_line_and_leaves_the_kind_of_the_peer_open)
{
    std::string_view line;
    line_framer framer{100};
    BOOST_TEST(lines_of(framer, "hello").empty());
    BOOST_TEST(framer.open());
    BOOST_TEST(!framer.sends_newlines());
    BOOST_TEST((framer.finish(line) == line_framer::result::line));
    BOOST_TEST(line == "hello");
    BOOST_TEST(!framer.open());
    BOOST_TEST((framer.finish(line) == line_framer::result::need_more));
    BOOST_TEST(!framer.sends_newlines());
    lines_of(framer, "x\n");
    BOOST_TEST(framer.sends_newlines());
}

BOOST_AUTO_TEST_CASE(a_code_point_that_the_gap_cuts_becomes_the_replacement_character)
{
    std::string_view line;
    line_framer framer{100};
    lines_of(framer, "a\xe2\x82");
    BOOST_TEST((framer.finish(line) == line_framer::result::line));
    BOOST_TEST(line == "a\xef\xbf\xbd");
}

BOOST_AUTO_TEST_CASE(carriage_returns_are_cleaned_alike_wherever_the_network_cuts_them)
{
    const std::string text = "one\r\ntwo\rthree\r\r\xe2\x82\xac\r\r\n";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        line_framer framer{100};
        strings cleaned;
        for (const auto piece : {std::string_view{text}.substr(0, cut), std::string_view{text}.substr(cut)}) {
            for (const auto& line : lines_of(framer, piece)) {
                append_clean(cleaned.emplace_back(), line);
            }
        }
        BOOST_TEST(cleaned == (strings{"one", "two three \xe2\x82\xac"}), boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(a_line_at_the_limit_passes_and_one_byte_more_is_told_once)
{
    line_framer framer{10};
    BOOST_TEST(lines_of(framer, "12345") == strings{}, boost::test_tools::per_element());
    BOOST_TEST(lines_of(framer, "67890\n") == strings{"1234567890"}, boost::test_tools::per_element());
    lines_of(framer, "12345");
    BOOST_TEST(lines_of(framer, "678901") == strings{"(too long)"}, boost::test_tools::per_element());
    BOOST_TEST(lines_of(framer, "still the same line") == strings{}, boost::test_tools::per_element());
    BOOST_TEST(lines_of(framer, "and its end\nnext\n") == strings{"next"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_too_long_is_so_wherever_the_network_cuts_it)
{
    for (const std::string text : {"12345678901\nx\n", "123456789\xe2\nx\n", "12345678\r\r90\nx\n"}) {
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            line_framer framer{10};
            auto lines = lines_of(framer, std::string_view{text}.substr(0, cut));
            for (auto& line : lines_of(framer, std::string_view{text}.substr(cut))) {
                lines.push_back(line);
            }
            BOOST_TEST(lines == (strings{"(too long)", "x"}), boost::test_tools::per_element());
        }
    }
    line_framer framer{10};
    std::string_view line;
    lines_of(framer, "123456789\xe2");
    BOOST_TEST((framer.finish(line) == line_framer::result::too_long));
    BOOST_TEST(!framer.open());
}

BOOST_AUTO_TEST_CASE(controls_do_not_count_towards_the_limit)
{
    line_framer framer{4};
    lines_of(framer, std::string(1000, '\x01'));
    BOOST_TEST(lines_of(framer, "okay\n") == strings{"okay"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(more_than_64_kib_without_a_newline_have_no_end)
{
    line_framer framer{60'000};
    const std::string block(16 * 1024, '\x01');
    for (int i = 0; i < 4; ++i) {
        BOOST_TEST(lines_of(framer, block).empty());
    }
    BOOST_TEST(lines_of(framer, "x") == strings{"(endless)"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(wire_telnet_filter)

namespace {

std::string filtered(std::string bytes, std::size_t step)
{
    telnet_filter filter;
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        auto piece = bytes.substr(at, step);
        out.append(piece.data(), filter.filter(piece));
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(sequences_are_swallowed_whole_or_cut)
{
    const std::string bytes = std::string{"a\xff\xfd\x01"
                                          "b\xff\xf1"
                                          "c\xff\xfa\x18\x01xterm\xff\xf0"
                                          "d\xff\xff"
                                          "e"};
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        BOOST_TEST(filtered(bytes, step) == "abcde");
    }
}

BOOST_AUTO_TEST_CASE(cr_nul_ends_a_line_wherever_it_is_cut_and_a_nul_alone_does_not)
{
    const std::string bytes{"a\r\0b\r\nc\0d\re\r\xff\xf1\0f", 17};
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        BOOST_TEST(filtered(bytes, step) == (std::string{"a\r\nb\r\nc\0d\re\r\nf", 15}));
    }
}

BOOST_AUTO_TEST_CASE(a_newline_ends_a_sequence_and_stays)
{
    BOOST_TEST(filtered("a\xff\xfa\x18 lost\nkept", 100) == "a\nkept");
    BOOST_TEST(filtered("a\xff\nb", 100) == "a\nb");
}

BOOST_AUTO_TEST_CASE(a_sequence_takes_64_bytes_at_the_most)
{
    const auto out = filtered("\xff\xfa" + std::string(100, 'x'), 7);
    BOOST_TEST(out == std::string(102 - 64, 'x'));
}

BOOST_AUTO_TEST_SUITE_END()
