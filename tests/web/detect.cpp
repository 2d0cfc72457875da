// SPDX-License-Identifier: BSL-1.0
#include <web/detect.hpp>

#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

using namespace chatroom::detail;
using namespace std::string_literals;

namespace chatroom::detail {

static std::ostream& operator<<(std::ostream& out, detected what)
{
    return out << static_cast<int>(what);
}

}  // namespace chatroom::detail

namespace {

/// `bytes` are of that kind, and no prefix of them, nor what may follow, is of another.
void check(const std::string& bytes, detected expected)
{
    BOOST_TEST_CONTEXT(bytes.substr(0, 80))
    {
        bool known = false;
        for (std::size_t size = 0; size <= bytes.size(); ++size) {
            const auto what = detect(std::string_view{bytes}.substr(0, size));
            BOOST_TEST_REQUIRE((what == expected || (what == detected::need_more && !known)), "at byte " << size);
            known = what != detected::need_more;
        }
        BOOST_TEST_REQUIRE((known || expected == detected::need_more));
        if (!known) {
            return;
        }
        for (const auto& more :
             {"\n"s, "\xff"s, "\r\n"s, " HTTP/1.1\r\n"s, "GET / HTTP/1.1\r\n"s, std::string(9000, 'x')}) {
            BOOST_TEST(detect(bytes + more) == expected);
        }
    }
}

/// The byte that decides is the last one.
void check_last(const std::string& bytes, detected expected)
{
    check(bytes, expected);
    BOOST_TEST(detect(std::string_view{bytes}.substr(0, bytes.size() - 1)) == detected::need_more, bytes);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(detection)

BOOST_AUTO_TEST_CASE(tls_is_a_handshake_record)
{
    check_last("\x16\x03", detected::tls);
    check("\x16\x03\x01\x02"s + '\0' + "\x01\x00\x01\xfc\x03\x03\n"s, detected::tls);
    check_last("\x16\x02", detected::text);
    check_last("\x16\n", detected::text);
    check("\x15\x03\x01"s, detected::text);
}

BOOST_AUTO_TEST_CASE(http_is_a_whole_request_line)
{
    for (const auto* line : {"GET / HTTP/1.1\r\n", "GET / HTTP/1.0\n", "HEAD /x?y HTTP/1.1\r\n", "POST /x HTTP/3.9\r\n",
                             "OPTIONS * HTTP/1.1\r\n", "GET http://example.org/ HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n",
                             "GET /../etc HTTP/1.1\r\n", "CONNECT /x HTTP/1.1\r\n", "TRACE / HTTP/1.1\r\n"}) {
        check_last(line, detected::http);
    }
    check("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", detected::http);
    const auto begin = "GET /"s + std::string(max_detect, 'x');
    const auto longest = begin.substr(0, max_detect - std::string_view{" HTTP/1.1\r\n"}.size()) + " HTTP/1.1\r\n";
    BOOST_TEST(longest.size() == max_detect);
    check_last(longest, detected::http);
}

BOOST_AUTO_TEST_CASE(a_sentence_is_text_as_soon_as_no_request_can_come_of_it)
{
    for (const auto* text : {"hello", "h", "get / HTTP/1.1", "GETTING", "GE ", "/quit", " GET", "#ping#", "PROXIMITY",
                             "PROXY TCP5", "NICK alice", "\t", "{", "1"}) {
        check(text, detected::text);
    }
    BOOST_TEST(detect("GE") == detected::need_more);
    BOOST_TEST(detect("hello") == detected::text);
    check_last("GETT", detected::text);
    check_last("GET lost, all of you\n", detected::text);
    check_last("PUT it on the table\r\n", detected::text);
    check_last("POST office HTTP/2.0\n", detected::text);
    check_last("GET\n", detected::text);
    check_last("\n", detected::text);
    check("\r\nh", detected::text);
}

BOOST_AUTO_TEST_CASE(a_byte_beyond_ascii_in_the_first_line_is_text_at_once)
{
    check_last("\xff", detected::text);  // IAC
    check_last("\xef", detected::text);  // a byte order mark
    check_last("GET /\xc3", detected::text);
    check("GET / HTTP/1.1\r\n\xff", detected::http);
}

BOOST_AUTO_TEST_CASE(a_first_line_that_does_not_end_is_text)
{
    const auto line = "GET /"s + std::string(max_detect, 'x');
    check_last(line.substr(0, max_detect), detected::text);
    check(line + " HTTP/1.1\r\n", detected::text);
}

BOOST_AUTO_TEST_CASE(nothing_is_not_known)
{
    BOOST_TEST(detect("") == detected::need_more);
    BOOST_TEST(detect("\x16") == detected::need_more);
}

BOOST_AUTO_TEST_CASE(a_proxy_header_is_text)
{
    // Of a proxy that is configured it has been read by now, and nobody else is believed.
    check("PROXY TCP4 192.0.2.7 192.0.2.1 1 2\r\n", detected::text);
    check("\r\n\r\n\0\r\nQUIT\n"s, detected::text);
}

BOOST_AUTO_TEST_SUITE_END()
