// SPDX-License-Identifier: BSL-1.0
#include "wire/text_protocol.hpp"
#include "wire/notices.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace chatroom;
using namespace chatroom::wire;
using namespace std::chrono_literals;
namespace {

const text_rules limits{20, 100ms, 30s};

// A peer, and a time that is moved by hand.
struct peer {
    text_protocol text{limits};
    protocol::time_point now{1h};
    protocol::time_point deadline = protocol::time_point::max();
    command found;
    std::vector<std::string> commands;

    void note(protocol::result what)
    {
        switch (what) {
        case protocol::result::need_more: return;
        case protocol::result::too_long: return commands.emplace_back("(too long)"), void();
        case protocol::result::violation:
            return commands.push_back("(" + std::string{to_string(text.violation())} + ")");
        case protocol::result::replaced:
        case protocol::result::command: break;
        }
        commands.push_back(found.what == command::kind::quit ? "(quit)" : std::string{found.text});
    }

    peer& sends(std::string bytes)
    {
        auto left = text.received(bytes);
        while (!left.empty()) {
            note(text.next(left, now, found));
        }
        deadline = text.deadline(now);
        return *this;
    }

    peer& waits(protocol::time_point::duration by)
    {
        now += by;
        if (now >= deadline) {
            note(text.on_deadline(now, found));
            deadline = text.deadline(now);
        }
        return *this;
    }

    peer& closes()
    {
        note(text.finish(found));
        return *this;
    }
};

using strings = std::vector<std::string>;

#define CHECK_COMMANDS(script, ...)                                                                                    \
    do {                                                                                                               \
        peer p;                                                                                                        \
        p.script;                                                                                                      \
        const strings expected{__VA_ARGS__};                                                                           \
        BOOST_TEST(p.commands == expected, boost::test_tools::per_element());                                          \
    } while (false)

}  // namespace

BOOST_AUTO_TEST_SUITE(wire_text_protocol)

BOOST_AUTO_TEST_CASE(a_line_is_a_message_and_quit_is_a_command)
{
    CHECK_COMMANDS(sends("hi\nyou\n /quit \r\n"), "hi", "you", "(quit)");
    CHECK_COMMANDS(sends("h").sends("i\n#ping#\n"), "hi", "#ping#");
    CHECK_COMMANDS(sends("\xff\xfb\x18hi\n"), "hi");
    CHECK_COMMANDS(sends("/qu\x01it\n"), "(quit)");
    CHECK_COMMANDS(sends("/qu\x01").sends("it\n"), "(quit)");
}

BOOST_AUTO_TEST_CASE(the_gap_ends_a_line_of_a_peer_that_has_sent_no_newline_and_of_no_other)
{
    CHECK_COMMANDS(sends("hi").waits(99ms).sends(" you").waits(99ms));
    CHECK_COMMANDS(sends("hi").waits(99ms).sends(" you").waits(100ms).sends("and").waits(100ms), "hi you", "and");
    CHECK_COMMANDS(sends("one\ntwo").waits(29s), "one");
}

BOOST_AUTO_TEST_CASE(a_line_has_thirty_seconds_from_its_first_byte)
{
    CHECK_COMMANDS(sends("\na").waits(20s).sends("b").waits(10s), "", "(line_timeout)");
    CHECK_COMMANDS(sends("\na").waits(20s).sends("b\nc").waits(10s).sends("d\n"), "", "ab", "cd");
    CHECK_COMMANDS(sends("\n" + std::string(30, 'x')).waits(20s).sends("x\na").waits(10s).sends("b\n"), "",
                   "(too long)", "ab");
}

BOOST_AUTO_TEST_CASE(the_time_in_which_it_was_not_read_does_not_count)
{
    peer p;
    p.sends("\na").waits(29s);
    p.text.resume(p.now);
    p.deadline = p.text.deadline(p.now);
    p.waits(29s).sends("b\n");
    const strings expected{"", "ab"};
    BOOST_TEST(p.commands == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_open_has_no_deadline)
{
    peer p;
    BOOST_TEST((p.text.deadline(p.now) == protocol::time_point::max()));
    p.sends("a");
    BOOST_TEST((p.text.deadline(p.now) == p.now + 100ms));
    p.sends("\nb");
    BOOST_TEST((p.text.deadline(p.now) == p.now + 30s));
    p.sends("\n");
    BOOST_TEST((p.text.deadline(p.now) == protocol::time_point::max()));
}

BOOST_AUTO_TEST_CASE(a_web_page_is_shown_the_door_by_its_first_line_alone)
{
    CHECK_COMMANDS(sends("GET / HTTP/1.1\r\nHost: x\r\n"), "(wrong_protocol)", "Host: x");
    CHECK_COMMANDS(sends("see:\nGET / HTTP/1.1\r\n"), "see:", "GET / HTTP/1.1");
}

BOOST_AUTO_TEST_CASE(what_is_too_long_is_told_once_and_a_line_without_end_is_a_violation)
{
    CHECK_COMMANDS(sends(std::string(21, 'x')).sends("xxx\nhi\n"), "(too long)", "hi");
    CHECK_COMMANDS(sends(std::string(64 * 1024 + 1, 'x')), "(unterminated_line)");
}

BOOST_AUTO_TEST_CASE(the_end_of_the_stream_ends_the_open_line)
{
    CHECK_COMMANDS(sends("one\ntwo").closes(), "one", "two");
    CHECK_COMMANDS(sends("one\n").closes(), "one");
}

BOOST_AUTO_TEST_CASE(a_line_to_one_peer_looks_like_any_other)
{
    std::string out = "before\n";
    text_protocol{limits}.append_line(out, "*", "hello");
    text_protocol{limits}.append_line(out, "<ann> -> <bob>", "psst");
    BOOST_TEST(out == "before\n*\nhello\n<ann> -> <bob>\npsst\n");
}

BOOST_AUTO_TEST_CASE(whoever_is_sent_away_is_told_why_in_one_line_unless_it_left_by_itself)
{
    for (std::size_t i = 0; i < disconnect_reason_count; ++i) {
        BOOST_TEST(notices::closing(static_cast<disconnect_reason>(i)).find('\n') == std::string_view::npos);
    }
    BOOST_TEST(notices::closing(disconnect_reason::room_full) == "the room is full");
    BOOST_TEST(notices::closing(disconnect_reason::quit).empty());
    BOOST_TEST(notices::skipped(3) == "you were too slow: 3 messages were skipped");
}

BOOST_AUTO_TEST_SUITE_END()
