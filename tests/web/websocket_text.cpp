// SPDX-License-Identifier: BSL-1.0
// After the list of cases of the Autobahn test suite, groups 6 and 7: UTF-8, and how a connection is closed.
#include "websocket_script.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace websocket_script;

BOOST_AUTO_TEST_SUITE(websocket_texts_of_a_client)

BOOST_AUTO_TEST_CASE(text_is_utf8_across_fragments)
{
    const std::string greek =
        "Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!\U0001f600\U0010ffff\ud7ff\ue000\ufffe\uffff";
    check(client_frame(text_frame, greek), {"message " + greek});
    for (std::size_t cut = 0; cut <= greek.size(); ++cut) {
        check(client_frame(text_fragment, greek.substr(0, cut)) + client_frame(ping, "\xff") +
                  client_frame(last_fragment, greek.substr(cut)),
              {"ping \xff", "message " + greek});
    }
    auto each = client_frame(text_fragment, "");
    for (const char c : greek) {
        each += client_frame(fragment, std::string_view{&c, 1});
    }
    check(each + client_frame(last_fragment, ""), {"message " + greek});
}

BOOST_AUTO_TEST_CASE(a_broken_sequence_is_found_at_its_first_wrong_byte)
{
    const std::string good = "\u03ba\u1f79\u03c3\u03bc\u03b5";
    for (const std::string bad : {"\x80",
                                  "\xbf",
                                  "\xc0",
                                  "\xc1",
                                  "\xf5",
                                  "\xfe",
                                  "\xff",
                                  "\xe0\x80",
                                  "\xe0\x9f",
                                  "\xed\xa0",
                                  "\xf0\x8f",
                                  "\xf4\x90",
                                  "\xf8",
                                  "\xfc",
                                  "\xce\x28",
                                  "\xe1\x80\x28",
                                  "\xf1\x80\x80\x28",
                                  "\xc3\xc3",
                                  "\xef\xbf\x7f",
                                  "\xf0\x90\x80\xc0"}) {
        const auto payload = good + bad + "behind";
        const auto frame = client_frame(text_frame, payload);
        const auto behind = frame.size() - std::string_view{"behind"}.size();
        check_violation(frame.substr(0, behind), close_code::invalid_payload);
        const auto last_good = good + bad.substr(0, bad.size() - 1);
        check_violation(client_frame(text_fragment, last_good) +
                            client_frame(fragment, bad.substr(bad.size() - 1) + "x").substr(0, 7),
                        close_code::invalid_payload);
    }
}

BOOST_AUTO_TEST_CASE(an_unfinished_sequence_at_the_end_of_the_message_is_a_violation)
{
    for (const auto* bad : {"\xce", "\xe1\x80", "\xf1", "\xf1\x80\x80"}) {
        check_violation(client_frame(text_frame, bad), close_code::invalid_payload);
        check_violation(client_frame(text_fragment, bad) + client_frame(last_fragment, "").substr(0, 6),
                        close_code::invalid_payload);
    }
}

BOOST_AUTO_TEST_CASE(a_close_frame_ends_everything)
{
    check(client_frame(close_frame, ""), {"close 1005 "});
    check(client_frame(close_frame, close_payload(1000, "bye \u20ac")), {"close 1000 bye \u20ac"});
    check(client_frame(close_frame, close_payload(1001)) + client_frame(text_frame, "late") + client_frame(ping, "") +
              client_frame(close_frame, ""),
          {"close 1001 "});
    check(client_frame(close_frame, close_payload(1000, std::string(123, 'x'))),
          {"close 1000 " + std::string(123, 'x')});
}

BOOST_AUTO_TEST_CASE(a_close_frame_has_a_code_that_may_be_sent)
{
    for (const unsigned code : {1000u, 1001u, 1002u, 1003u, 1007u, 1008u, 1009u, 1010u, 1011u, 1012u, 1013u, 1014u,
                                3000u, 3999u, 4000u, 4999u}) {
        check(client_frame(close_frame, close_payload(code)), {"close " + std::to_string(code) + " "});
    }
    for (const unsigned code : {0u, 1u, 999u, 1004u, 1005u, 1006u, 1015u, 1016u, 1100u, 2000u, 2999u, 5000u, 65'535u}) {
        check_violation(client_frame(close_frame, close_payload(code)), close_code::protocol_error);
    }
    check_violation(client_frame(close_frame, "x"), close_code::protocol_error);
    check_violation(client_frame(close_frame, "\x0f"), close_code::protocol_error);  // half of 3840
}

BOOST_AUTO_TEST_CASE(the_reason_of_a_close_is_utf8)
{
    check_violation(client_frame(close_frame, close_payload(1000, "\xce\xba\xed\xa0\x80")),
                    close_code::invalid_payload);
    check_violation(client_frame(close_frame, close_payload(1000, "\xce")), close_code::invalid_payload);
}

BOOST_AUTO_TEST_SUITE_END()
