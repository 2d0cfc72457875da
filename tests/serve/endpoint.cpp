// SPDX-License-Identifier: BSL-1.0
#include "room_fixture.hpp"

#include <chatroom/endpoint.hpp>

using namespace chatroom;
using namespace chatroom::detail;

BOOST_AUTO_TEST_SUITE(serve_endpoint)

BOOST_AUTO_TEST_CASE(people_write_addresses_in_many_ways)
{
    const host_port defaults{"localhost", "9001"};
    const auto is = [&](std::string_view text, std::string_view host, std::string_view port) {
        const auto found = parse_host_port(text, defaults);
        BOOST_TEST(found.host == host);
        BOOST_TEST(found.port == port);
    };
    is("example.org:80", "example.org", "80");
    is("example.org", "example.org", "9001");
    is("0", "localhost", "0");
    is("[::1]:7", "::1", "7");
    is("[::]", "::", "9001");
    is("::1", "::1", "9001");
    for (const auto* wrong : {"", ":80", "host:", "host:x", "host:70000", "99999", "[::1", "[::1]x", "[]:80"}) {
        BOOST_CHECK_THROW((void)parse_host_port(wrong, defaults), std::invalid_argument);
    }
}

BOOST_AUTO_TEST_SUITE_END()
