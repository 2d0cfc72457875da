// SPDX-License-Identifier: BSL-1.0
#include "wire/datagram.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace chatroom::wire;

namespace {

std::string read(std::string_view datagram)
{
    std::string found;
    while (const auto line = next_command(datagram, false)) {
        found += line->what == command::kind::heartbeat ? "<ping>"
                 : line->what == command::kind::quit    ? "<quit>"
                                                        : "<text>";
        found += line->what == command::kind::text ? line->text : "";
    }
    return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wire_datagram)

BOOST_AUTO_TEST_CASE(a_datagram_is_a_heartbeat_a_farewell_or_a_message)
{
    BOOST_TEST(read("#ping#") == "<ping>");
    BOOST_TEST(read("#ping#\n") == "<ping>");
    BOOST_TEST(read(" /quit\r\n") == "<quit>");
    BOOST_TEST(read("hi there") == "<text>hi there");
    BOOST_TEST(read("#ping# me") == "<text>#ping# me");
    BOOST_TEST(read("") == "");
}

BOOST_AUTO_TEST_CASE(each_line_inside_a_datagram_is_one_of_its_own_and_blank_ones_are_passed_over)
{
    BOOST_TEST(read("one\n\n*\n1.2.3.4:5\nfour\n/quit\n") == "<text>one<text>*<text>1.2.3.4:5<text>four<quit>");
    BOOST_TEST(read(std::string_view{"a\0b\n", 4}) == std::string_view("<text>a\0b", 9));
}

BOOST_AUTO_TEST_CASE(a_long_text_is_cut_between_code_points_into_pieces_that_fit_behind_the_sender)
{
    std::string whole;
    for (int i = 0; i < 1000; ++i) {
        whole += "\u20ac";
    }
    std::string_view rest{whole};
    std::string joined;
    std::vector<std::size_t> sizes;
    while (!rest.empty()) {
        const auto piece = next_piece(rest, 14);
        BOOST_REQUIRE(!piece.empty());
        BOOST_TEST(piece.size() % 3 == 0u);
        BOOST_TEST(14 + 1 + piece.size() <= max_datagram);
        sizes.push_back(piece.size());
        joined += piece;
    }
    BOOST_TEST(joined == whole);
    BOOST_TEST(sizes.size() == 3u);
    rest = "short";
    BOOST_TEST(next_piece(rest, 14) == "short");
    BOOST_TEST(rest.empty());
}

BOOST_AUTO_TEST_CASE(what_a_server_sends_has_a_sender_line_or_is_taken_for_the_rooms_own_word)
{
    std::string_view whole{"1.2.3.4:5\nhi\n*\n"};
    BOOST_TEST(take_sender(whole) == "1.2.3.4:5");
    BOOST_TEST(whole == "hi\n*\n");
    std::string_view bare{"no sender\nat all"};
    BOOST_TEST(take_sender(bare) == "*");
    BOOST_TEST(bare == "no sender\nat all");
}

BOOST_AUTO_TEST_SUITE_END()
