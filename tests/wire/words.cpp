// SPDX-License-Identifier: BSL-1.0
#include "wire/message_reader.hpp"

#include <chatroom/wire/command.hpp>
#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/token_bucket.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace chatroom::wire;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(wire_command)

BOOST_AUTO_TEST_CASE(quit_is_a_word_alone_with_white_space_around_it)
{
    BOOST_TEST(is_quit("/quit"));
    BOOST_TEST(is_quit(" \t/quit\r"));
    BOOST_TEST(is_quit("\u3000\u00a0/quit\u2003"));
    BOOST_TEST(!is_quit("/quitter"));
    BOOST_TEST(!is_quit("say /quit"));
    BOOST_TEST(!is_quit(""));
    BOOST_TEST(is_heartbeat("#ping#\n"));
    BOOST_TEST(!is_heartbeat("#ping"));
}

BOOST_AUTO_TEST_CASE(a_browser_is_known_by_its_first_line_and_a_sentence_is_not_taken_for_it)
{
    for (const auto* line : {"GET / HTTP/1.1\r", "POST /x?y HTTP/2.0", "OPTIONS * HTTP/1.1", "PRI * HTTP/2.0",
                             "GET http://example.org/ HTTP/1.0", "PATCH /a HTTP/1.1"}) {
        BOOST_TEST(is_http_request(line), line);
    }
    for (const auto* line : {"GET",
                             "GET /",
                             "GET  HTTP/1.1",
                             "get / HTTP/1.1",
                             "GET / and HTTP/1.1",
                             "GET / HTTP/x",
                             "GET / HTTP/",
                             "GET / HTTP/2",
                             " GET / HTTP/1.1",
                             "GET / HTTP/1.1 please",
                             "GET x HTTP/1.1",
                             "GET ** HTTP/1.1",
                             "GET ://x HTTP/1.1",
                             "GET a b://x HTTP/1.1",
                             "Host: who is the host?",
                             "host: x",
                             "PLEASE read HTTP/1.1 spec",
                             "PLEASE /read HTTP/1.1",
                             "POST office HTTP/2 talk",
                             "POST office HTTP/2.0",
                             ""}) {
        BOOST_TEST(!is_http_request(line), line);
    }
}

BOOST_AUTO_TEST_CASE(a_line_that_has_not_ended_may_be_a_request_while_its_method_may)
{
    for (const auto* begin : {"", "G", "GET", "GET ", "GET lost", "P", "PRI", "OPTIONS * HTTP"}) {
        BOOST_TEST(may_become_http_request(begin), begin);
    }
    for (const auto* begin : {"h", "g", " ", "GE ", "GETT", "PR ", "/quit"}) {
        BOOST_TEST(!may_become_http_request(begin), begin);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(wire_sender)

BOOST_AUTO_TEST_CASE(a_sender_is_an_address_with_a_port_or_the_star)
{
    for (const auto* line : {"*", "127.0.0.1:9001", "[::1]:1", "[fe80::1%eth0]:65535", "1.2.3.4:0"}) {
        BOOST_TEST(is_sender(line));
    }
    for (const auto* line : {"", "**", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "::1:9", "[::1]", "[::1:9",
                             "note:5", "1.2.3:4", " 1.2.3.4:5", "1.2.3.4:5 ", "[zz]:1", "1.2.3.4:+5", "[fe80::1%]:80",
                             "[fe80::1%\x1b[2J]:80", "[fe80::1%a b]:80", "[fe80::1%abcdefghijklmnop]:80"}) {
        BOOST_TEST(!is_sender(line));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(wire_token_bucket)

BOOST_AUTO_TEST_CASE(a_name_in_angle_brackets_is_a_sender_and_two_with_an_arrow_are_a_private_messages)
{
    for (const auto* line : {"<ann>", "<\xe9\x99\x88>", "<ann> -> <bob>", "1.2.3.4:5 -> <bob>", "<a> -> [::1]:5"}) {
        BOOST_TEST(is_sender(line));
    }
    for (const auto* line : {"<>", "<a", "a>", "<a>b>", "<a<b>", "<a\nb>", "<a\x1b>", "<\xff>", "<a> -> ", " -> <a>",
                             "* -> <a>", "<a> -> <b> -> <c>", "<a> ->  <b>"}) {
        BOOST_TEST(!is_sender(line));
    }
    BOOST_TEST(is_sender("<" + std::string(128, 'x') + ">"));
    BOOST_TEST(!is_sender("<" + std::string(129, 'x') + ">"));
}

BOOST_AUTO_TEST_CASE(a_burst_is_free_and_then_a_token_comes_every_rateth_of_a_second)
{
    const token_bucket::time_point start{1h};
    const token_rate per_second{20, 3};
    token_bucket bucket;
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(bucket.take(start, per_second));
    }
    BOOST_TEST(!bucket.take(start, per_second));
    BOOST_TEST((bucket.next(start, per_second) == start + 50ms));
    BOOST_TEST(!bucket.take(start + 50ms - 1ns, per_second));
    BOOST_TEST(bucket.take(start + 50ms, per_second));
    BOOST_TEST(!bucket.take(start + 99ms, per_second));
    const auto later = start + 1h;  // full again, and not fuller
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(bucket.take(later, per_second));
    }
    BOOST_TEST(!bucket.take(later, per_second));
}

BOOST_AUTO_TEST_CASE(a_rate_of_zero_is_no_limit)
{
    token_bucket bucket;
    for (int i = 0; i < 1000; ++i) {
        BOOST_TEST(bucket.take(token_bucket::time_point{1h}, {0, 1}));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(wire_message_reader)

namespace {

std::vector<std::string> heard(message_reader& reader)
{
    std::vector<std::string> all;
    std::string sender;
    std::string text;
    while (reader.next(sender, text)) {
        all.push_back(sender + '|' + text);
    }
    return all;
}

using strings = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(sender_and_text_alternate_however_they_are_cut)
{
    const std::string bytes = "1.2.3.4:5\nhi\n[::1]:6\n1.2.3.4:5\n*\nbye\n";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        message_reader reader;
        reader.feed(bytes.substr(0, cut));
        reader.feed(bytes.substr(cut));
        BOOST_TEST(heard(reader) == (strings{"1.2.3.4:5|hi", "[::1]:6|1.2.3.4:5", "*|bye"}),
                   boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(the_classroom_server_sends_no_newline_and_its_text_ends_at_the_gap)
{
    message_reader reader;
    reader.feed("1.2.3.4:5\nhi");
    BOOST_TEST(heard(reader).empty());
    BOOST_TEST(reader.open());
    reader.finish();
    BOOST_TEST(heard(reader) == strings{"1.2.3.4:5|hi"}, boost::test_tools::per_element());
    reader.feed("1.2.3.4:6\nline one\nline two");
    reader.finish();
    BOOST_TEST(heard(reader) == (strings{"1.2.3.4:6|line one", "1.2.3.4:6|line two"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_gap_after_a_sender_ends_nothing)
{
    message_reader reader;
    reader.feed("1.2.3.4:5");
    reader.finish();
    reader.feed("\nhi\n");
    BOOST_TEST(heard(reader) == strings{"1.2.3.4:5|hi"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_a_hostile_server_sends_reaches_nobody)
{
    message_reader reader;
    reader.feed("1.2.3.4:5\n\x1b[2J\xe2\x80\xaeok\n");
    BOOST_TEST(heard(reader) == strings{"1.2.3.4:5|[2Jok"}, boost::test_tools::per_element());
    for (int i = 0; i < 100; ++i) {
        reader.feed(std::string(10'000, 'x'));
    }
    reader.feed("\n");
    BOOST_TEST(heard(reader).front().size() <= 64u * 1024 + 20);
}

BOOST_AUTO_TEST_SUITE_END()
