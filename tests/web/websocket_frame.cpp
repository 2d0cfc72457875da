// SPDX-License-Identifier: BSL-1.0
#include "websocket_script.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace websocket_script;

BOOST_AUTO_TEST_SUITE(websocket_frames_of_a_server)

BOOST_AUTO_TEST_CASE(what_is_written_is_read_again)
{
    for (const std::size_t size : {0u, 1u, 125u, 126u, 65'535u, 65'536u}) {
        const std::string payload(size, 'x');
        std::string bytes;
        append_text_frame(bytes, payload);
        append_control(bytes, opcode::ping, "p");
        append_close(bytes, 4001, "why");
        websocket_reader reader{most, websocket_reader::peer::server};
        BOOST_TEST(read_frames(reader, bytes, 7) == (events{"message " + payload, "ping p", "close 4001 why"}),
                   boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(a_server_must_not_mask)
{
    websocket_reader reader{most, websocket_reader::peer::server};
    BOOST_TEST(read_frames(reader, client_frame(text_frame, "x"), 1) == events{"violation 1002"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(headers_are_those_of_the_standard)
{
    std::string out;
    append_text_frame(out, "Hello");
    BOOST_TEST(out == "\x81\x05Hello");  // RFC 6455, section 5.7
    out.clear();
    append_masked_frame(out, opcode::text, "Hello", {0x37, 0xfa, 0x21, 0x3d});
    BOOST_TEST(out == raw_bytes({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}));
    std::array<char, max_frame_header> header;
    BOOST_TEST(frame_header(header, opcode::text, 125) == 2u);
    BOOST_TEST(frame_header(header, opcode::text, 65'535) == 4u);
    BOOST_TEST(frame_header(header, opcode::text, 65'536) == 10u);
    BOOST_TEST((std::string(header.data(), 10) == raw_bytes({0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0})));
}

BOOST_AUTO_TEST_CASE(a_control_frame_is_cut_to_what_it_can_hold)
{
    std::string out;
    append_control(out, opcode::pong, std::string(200, 'p'));
    BOOST_TEST(out == "\x8a\x7d" + std::string(125, 'p'));
    out.clear();
    append_close(out, 1000, std::string(122, 'r') + "\u20ac");  // no half of a code point
    BOOST_TEST(out == "\x88\x7c\x03\xe8" + std::string(122, 'r'));
    out.clear();
    append_close(out, close_code::none, "not sent");
    BOOST_TEST(out == raw_bytes({0x88, 0}));
}

BOOST_AUTO_TEST_SUITE_END()
