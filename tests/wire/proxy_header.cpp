// SPDX-License-Identifier: BSL-1.0
#include <wire/proxy_header.hpp>

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>

using namespace chatroom::detail;
using namespace std::string_literals;

namespace {

std::string source(const proxy_header& header)
{
    // Not by chatroom::to_label, which would normalise it.
    return header.source ? (std::ostringstream{} << *header.source).str() : "none";
}

/// A header of that source, of which no byte is missing at any place where it is cut; what follows is left alone.
void check(const std::string& bytes, const std::string& expected)
{
    BOOST_TEST_CONTEXT(bytes)
    {
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            BOOST_TEST_REQUIRE((read_proxy_header(bytes.substr(0, size)).what == proxy_header::result::need_more),
                               "at byte " << size);
        }
        for (const auto* more : {"", "\r\n", "GET / HTTP/1.1\r\n", "PROXY TCP4 "}) {
            const auto header = read_proxy_header(bytes + more);
            BOOST_TEST_REQUIRE((header.what == proxy_header::result::header));
            BOOST_TEST(header.size == bytes.size());
            BOOST_TEST(source(header) == expected);
        }
    }
}

/// Bad with its last byte, and with whatever follows.
void check_bad(const std::string& bytes)
{
    BOOST_TEST_CONTEXT(bytes)
    {
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            BOOST_TEST_REQUIRE((read_proxy_header(bytes.substr(0, size)).what == proxy_header::result::need_more),
                               "at byte " << size);
        }
        for (const auto& more : {""s, "\r\n"s, "x"s, std::string(9000, '\0')}) {
            BOOST_TEST((read_proxy_header(bytes + more).what == proxy_header::result::bad));
        }
    }
}

std::string v2(int command, int family, const std::string& body)
{
    std::string out{proxy_v2_signature};
    out.push_back(static_cast<char>(command));
    out.push_back(static_cast<char>(family));
    out.push_back(static_cast<char>(body.size() >> 8));
    out.push_back(static_cast<char>(body.size() & 0xff));
    return out + body;
}

const std::string tcp4_body = "\xc0\x00\x02\x01\x7f\x00\x00\x01\xdc\x04\x23\x29"s;  // 192.0.2.1:56324 to 127.0.0.1:9001
const std::string tcp6_body = "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"
                              "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x00\x50\x23\x29"s;

}  // namespace

BOOST_AUTO_TEST_SUITE(proxy_headers)

BOOST_AUTO_TEST_CASE(version_1_names_the_client)
{
    check("PROXY TCP4 192.0.2.1 127.0.0.1 56324 9001\r\n", "192.0.2.1:56324");
    check("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535");
    check("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", "0.0.0.0:0");
    check("PROXY TCP6 2001:db8::1 ::1 80 9001\r\n", "[2001:db8::1]:80");
    check("PROXY TCP6 ::ffff:192.0.2.1 ::1 80 9001\r\n", "192.0.2.1:80");
    check("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
          "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
}

BOOST_AUTO_TEST_CASE(version_1_may_not_know_the_client)
{
    check("PROXY UNKNOWN\r\n", "none");
    const auto longest =
        "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 "
        "65535\r\n"s;
    BOOST_TEST(longest.size() == max_proxy_v1);
    check(longest, "none");
    check("PROXY UNKNOWN whatever there is\r\n", "none");
}

BOOST_AUTO_TEST_CASE(a_version_1_line_that_is_wrong_is_bad)
{
    for (const auto* line : {"PROXY \r\n",
                             "PROXY TCP4\r\n",
                             "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
                             "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n",
                             "PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n",
                             "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n",
                             "PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n",
                             "PROXY TCP4 1.2.3.4 1.2.3.256 1 2\r\n",
                             "PROXY TCP4 ::1 ::1 1 2\r\n",
                             "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n",
                             "PROXY TCP6 fe80::1%1 ::1 1 2\r\n",
                             "PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n",
                             "PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n",
                             "PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n",
                             "PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n",
                             "PROXY TCP4 1.2.3.4 1.2.3.4 1x 2\r\n",
                             "PROXY TCP4 1.2.3.4 1.2.3.4  2\r\n",
                             "PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n",
                             "PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n",
                             "PROXY UNKNOWNS\r\n",
                             "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n",
                             "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\rx"}) {
        check_bad(line);
    }
    check_bad("PROXY TCP4 1.2.3.4"s + std::string(max_proxy_v1 - 18, ' '));
    check_bad("PROXY UNKNOWN "s + std::string(max_proxy_v1 - 15, 'x') + "\r");  // a byte too long
}

BOOST_AUTO_TEST_CASE(what_is_no_header_is_bad)
{
    for (const auto* bytes : {"h", "G", "PROXYZ", "\r\n\r\n\r", "\n", "\x16"}) {
        check_bad(bytes);
    }
}

BOOST_AUTO_TEST_CASE(version_2_names_the_client)
{
    check(v2(0x21, 0x11, tcp4_body), "192.0.2.1:56324");
    check(v2(0x21, 0x21, tcp6_body), "[2001:db8::1]:80");
    check(v2(0x21, 0x21, "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x01"s + tcp6_body.substr(16)), "192.0.2.1:80");
    check(v2(0x21, 0x11, tcp4_body + "\x04\x00\x03xyz"s), "192.0.2.1:56324");  // an extension
    check(v2(0x21, 0x11, tcp4_body + std::string(max_proxy_v2 - 16 - 12, 'x')), "192.0.2.1:56324");
}

BOOST_AUTO_TEST_CASE(version_2_may_not_know_the_client)
{
    check(v2(0x20, 0x00, ""), "none");
    check(v2(0x20, 0x11, tcp4_body), "none");  // LOCAL, whatever it says
    check(v2(0x20, 0xff, "abc"), "none");
    check(v2(0x21, 0x00, ""), "none");
    check(v2(0x21, 0x00, "extension"), "none");
    check(v2(0x21, 0x31, std::string(216, '/')), "none");
}

BOOST_AUTO_TEST_CASE(a_version_2_header_that_is_wrong_is_bad)
{
    const std::string signature{proxy_v2_signature};
    for (const auto command : {0x11, 0x31, 0x22, 0x2f, 0x00}) {
        check_bad(signature + static_cast<char>(command));
    }
    for (const auto family : {0x12, 0x22, 0x32, 0x01, 0x10, 0x13, 0x41, 0xff}) {
        check_bad(v2(0x21, family, std::string(300, 'x')).substr(0, 16));
    }
    check_bad(v2(0x21, 0x11, tcp4_body.substr(1)).substr(0, 16));
    check_bad(v2(0x21, 0x21, tcp6_body.substr(1)).substr(0, 16));
    check_bad(v2(0x21, 0x31, std::string(215, '/')).substr(0, 16));
    check_bad(v2(0x21, 0x11, std::string(max_proxy_v2 - 15, 'x')).substr(0, 16));
    check_bad(v2(0x20, 0x11, std::string(65'535, 'x')).substr(0, 16));
}

BOOST_AUTO_TEST_SUITE_END()
