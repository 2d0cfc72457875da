// SPDX-License-Identifier: BSL-1.0
// After the list of cases of the Autobahn test suite, groups 1 to 5; the others are in websocket_text.cpp.
#include "websocket_script.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace websocket_script;

BOOST_AUTO_TEST_SUITE(websocket_frames_of_a_client)

BOOST_AUTO_TEST_CASE(a_text_of_any_length_is_a_message)
{
    for (const auto size : {0, 1, 125, 126, 127, 128, 65'535, 65'536, 70'000}) {
        const std::string payload(static_cast<std::size_t>(size), '*');
        check(client_frame(text_frame, payload), {"message " + payload});
    }
    check(client_frame(text_frame, "a") + client_frame(text_frame, "b"), {"message a", "message b"});
}

BOOST_AUTO_TEST_CASE(binary_data_is_not_supported)
{
    check_violation(raw_bytes({0x82}), close_code::unsupported_data);
    check_violation(raw_bytes({0x02}), close_code::unsupported_data);
}

BOOST_AUTO_TEST_CASE(pings_and_pongs_keep_their_payload)
{
    const std::string longest(125, '\xfe');
    check(client_frame(ping, ""), {"ping "});
    check(client_frame(ping, longest), {"ping " + longest});
    check(client_frame(pong, "unsolicited") + client_frame(ping, "x"), {"pong unsolicited", "ping x"});
    std::string ten;
    events expected;
    for (int i = 0; i < 10; ++i) {
        ten += client_frame(ping, std::to_string(i));
        expected.push_back("ping " + std::to_string(i));
    }
    check(ten, expected);
}

BOOST_AUTO_TEST_CASE(a_control_frame_is_short_and_whole)
{
    for (const auto first : {close_frame, ping, pong}) {
        check_violation(raw_bytes({first, 0x80 | 126}), close_code::protocol_error);
        check_violation(raw_bytes({first, 0x80 | 127}), close_code::protocol_error);
        check_violation(raw_bytes({first & 0x0f}), close_code::protocol_error);
    }
}

BOOST_AUTO_TEST_CASE(reserved_bits_and_opcodes_are_violations)
{
    for (const unsigned bit : {0x10u, 0x20u, 0x40u, 0x70u}) {
        for (const auto first : {text_frame, close_frame, ping, pong}) {
            check_violation(raw_bytes({first | bit}), close_code::protocol_error);
        }
    }
    for (const unsigned what : {3u, 4u, 5u, 6u, 7u, 11u, 12u, 13u, 14u, 15u}) {
        check_violation(raw_bytes({0x80 | what}), close_code::protocol_error);
    }
}

BOOST_AUTO_TEST_CASE(what_came_before_a_violation_is_delivered)
{
    check(client_frame(text_frame, "one") + client_frame(ping, "p") + raw_bytes({0x83}),
          {"message one", "ping p", "violation 1002"});
}

BOOST_AUTO_TEST_CASE(a_client_must_mask)
{
    check_violation(raw_bytes({text_frame, 5}), close_code::protocol_error);
    check_violation(raw_bytes({close_frame, 0}), close_code::protocol_error);
}

BOOST_AUTO_TEST_CASE(each_payload_byte_has_its_byte_of_the_mask)
{
    check(raw_bytes({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}), {"message Hello"});  // 5.7
}

BOOST_AUTO_TEST_CASE(a_length_has_the_fewest_bytes)
{
    check_violation(raw_bytes({text_frame, 0x80 | 126, 0, 125}), close_code::protocol_error);
    check_violation(raw_bytes({text_frame, 0x80 | 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff}), close_code::protocol_error);
    check_violation(raw_bytes({text_frame, 0x80 | 127, 0, 0, 0, 0, 0, 0, 0, 0}), close_code::protocol_error);
}

BOOST_AUTO_TEST_CASE(a_length_above_the_limit_is_found_at_the_header)
{
    check_violation(raw_bytes({text_frame, 0x80 | 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}),
                    close_code::message_too_big);
    check_violation(raw_bytes({text_frame, 0x80 | 127, 0x80, 0, 0, 0, 0, 0, 0, 0}),
                    close_code::protocol_error);  // 2^63
    check_violation(raw_bytes({text_frame, 0x80 | 11}), close_code::message_too_big, 10);
    check(client_frame(text_frame, "0123456789"), {"message 0123456789"}, 10);
    check_violation(client_frame(text_fragment, "01234") + client_frame(fragment, "5678") +
                        raw_bytes({last_fragment, 0x80 | 2}),
                    close_code::message_too_big, 10);
    check(client_frame(text_fragment, "01234") + client_frame(ping, "not counted") +
              client_frame(last_fragment, "56789"),
          {"ping not counted", "message 0123456789"}, 10);
}

BOOST_AUTO_TEST_CASE(fragments_make_one_message_and_control_frames_may_come_in_between)
{
    check(client_frame(text_fragment, "a") + client_frame(last_fragment, "b"), {"message ab"});
    check(client_frame(text_fragment, "a") + client_frame(ping, "p") + client_frame(fragment, "b") +
              client_frame(pong, "") + client_frame(ping, "") + client_frame(last_fragment, "c") +
              client_frame(text_frame, "next"),
          {"ping p", "pong ", "ping ", "message abc", "message next"});
    check(client_frame(text_fragment, "") + client_frame(fragment, "") + client_frame(last_fragment, ""), {"message "});
    check(client_frame(text_fragment, "") + client_frame(fragment, "middle") + client_frame(last_fragment, ""),
          {"message middle"});
    check(client_frame(text_fragment, "never ended") + client_frame(close_frame, close_payload(1000)), {"close 1000 "});
}

BOOST_AUTO_TEST_CASE(fragments_out_of_turn_are_violations)
{
    check_violation(raw_bytes({fragment}), close_code::protocol_error);
    check_violation(raw_bytes({last_fragment}), close_code::protocol_error);
    for (const auto first : {text_frame, text_fragment, 0x82u}) {
        websocket_reader reader{most};
        const auto bytes = client_frame(text_fragment, "a") + raw_bytes({first});
        BOOST_TEST(read_frames(reader, bytes, 1) == events{"violation 1002"}, boost::test_tools::per_element());
    }
    check(client_frame(text_fragment, "a") + client_frame(last_fragment, "b") + client_frame(last_fragment, "c"),
          {"message ab", "violation 1002"});
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_empty_fragments_are_nothing)
{
    auto bytes = client_frame(text_fragment, "");
    const auto empty = client_frame(fragment, "");
    for (int i = 0; i < 100'000; ++i) {
        bytes += empty;
    }
    bytes += client_frame(last_fragment, "done");
    websocket_reader reader{most};
    BOOST_TEST(read_frames(reader, bytes, 4096) == events{"message done"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
