// SPDX-License-Identifier: BSL-1.0
// What the clients make of bytes and datagrams, as scripts: no socket, and time moved by hand.
#include "client/send_buffer.hpp"
#include "client/tcp_protocol.hpp"
#include "client/udp_protocol.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace chatroom::detail;
using namespace std::chrono_literals;

namespace {

const auto start = heartbeat_schedule::time_point{} + 1h;

// SENDER|TEXT of each, separated by blanks.
std::string taken(inbox& from)
{
    std::string all;
    while (const auto message = from.take()) {
        all += (all.empty() ? "" : " ") + message->sender + "|" + message->text;
    }
    return all;
}

/// Bytes come `after` the last step, or none do: then the caller has looked and found nothing.
struct tcp_step {
    std::chrono::milliseconds after;
    std::string bytes;
    std::string expected;     // messages
    int gap_left = -1;        // milliseconds; -1: there is no gap to wait for
    bool at_the_end = false;  // of the connection
};

struct tcp_script {
    const char* name;
    std::vector<tcp_step> steps;
};

std::ostream& operator<<(std::ostream& to, const tcp_script& script)
{
    return to << script.name;
}

const tcp_script tcp_scripts[] = {
    {"messages in one read", {{0ms, "1.2.3.4:5\none\n*\ntwo\n", "1.2.3.4:5|one *|two"}}},
    {"a text without newline ends at the gap",
     {{0ms, "1.2.3.4:5\none", "", 100}, {99ms, "", "", 1}, {1ms, "", "1.2.3.4:5|one"}, {1s, "", ""}}},
    {"more bytes begin the gap anew",
     {{0ms, "1.2.3.4:5\no", "", 100}, {99ms, "n", "", 100}, {99ms, "e", "", 100}, {100ms, "", "1.2.3.4:5|one"}}},
    {"bytes that were there in time count, however late the caller looks",
     {{0ms, "1.2.3.4:5\no", "", 100}, {5s, "ne\n", "1.2.3.4:5|one"}}},
    {"a sender alone is no message", {{0ms, "1.2.3.4:5", "", 100}, {100ms, "", ""}, {1s, "\none\n", "1.2.3.4:5|one"}}},
    {"a whole text leaves no gap", {{0ms, "1.2.3.4:5\no", "", 100}, {1ms, "ne\n", "1.2.3.4:5|one"}, {1s, "", ""}}},
    {"the end ends a text", {{0ms, "1.2.3.4:5\none", "", 100}, {0ms, "", "1.2.3.4:5|one", -1, true}}},
};

/// A datagram comes, or a line is sent, `after` the last step.
struct udp_step {
    enum { datagram, line } what;
    std::chrono::milliseconds after;
    std::string text;
    std::string expected;  // messages
    bool due = false;      // a heartbeat is due at once
    int next = 0;          // milliseconds to the next heartbeat; 0: not looked at
};

struct udp_script {
    const char* name;
    std::vector<udp_step> steps;
};

std::ostream& operator<<(std::ostream& to, const udp_script& script)
{
    return to << script.name;
}

const udp_script udp_scripts[] = {
    {"a datagram may hold several lines",
     {{udp_step::datagram, 0ms, "1.2.3.4:5\none\ntwo", "1.2.3.4:5|one 1.2.3.4:5|two", false, 5000}}},
    {"without a sender it is the server's", {{udp_step::datagram, 0ms, "one", "*|one"}}},
    {"nothing is left of some", {{udp_step::datagram, 0ms, "", ""}, {udp_step::datagram, 0ms, "1.2.3.4:5\n\x01", ""}}},
    {"a line without echo brings more heartbeats, until it is back",
     {{udp_step::line, 1s, "hi", "", false, 1000},
      {udp_step::datagram, 100ms, "9.9.9.9:9\nhi", "9.9.9.9:9|hi", false, 900},
      {udp_step::datagram, 100ms, "1.1.1.1:1\nhi", "1.1.1.1:1|hi", false, 3800}}},
    {"a closing room brings one at once, and only once",
     {{udp_step::datagram, 1s, "*\nthe room is closing", "*|the room is closing", true, 1000},
      {udp_step::datagram, 1ms, "*\nthe room is closing", "*|the room is closing", false, 999},
      {udp_step::datagram, 1ms, "1.2.3.4:5\nhi", "1.2.3.4:5|hi", false, 4998}}},
    {"a member that says so closes nothing",
     {{udp_step::datagram, 0ms, "1.2.3.4:5\nthe room is closing", "1.2.3.4:5|the room is closing", false, 5000}}},
};

/// A message comes, or a text is sent; then so many of one's own are missing or not.
struct echo_step {
    const char* sent;
    const char* from;
    bool all_echoed;
};

struct echo_script {
    const char* name;
    std::vector<echo_step> steps;
};

std::ostream& operator<<(std::ostream& to, const echo_script& script)
{
    return to << script.name;
}

const echo_script echo_scripts[] = {
    {"a line", {{"hi", "", false}, {"", "1.1.1.1:1", true}}},
    {"each line of a text", {{"a\n\nb\n", "", false}, {"", "1.1.1.1:1", false}, {"", "1.1.1.1:1", true}}},
    {"an empty text is no message", {{"", "", true}, {"\n", "", true}}},
    {"others' do not count", {{"hi", "", false}, {"", "1.1.1.1:2", false}, {"", "*", false}}},
    {"a command need not come back", {{"/who", "", true}, {"//who", "", false}}},
    {"under the name that was asked for",
     {{"/name al key", "", true},
      {"hi", "", false},
      {"", "<bob>", false},
      {"", "<al>", true},
      {"/me waves", "", false}}},
    {"one's own from before do not count for later", {{"", "1.1.1.1:1", true}, {"hi", "", false}}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(client_protocols)

BOOST_DATA_TEST_CASE(tcp, boost::unit_test::data::make(tcp_scripts), script)
{
    tcp_protocol protocol{100ms};
    inbox to;
    auto now = start;
    for (const auto& step : script.steps) {
        now += step.after;
        if (step.at_the_end) {
            protocol.end(to);
        } else if (step.bytes.empty()) {
            protocol.idle(now, to);
        } else {
            protocol.received(step.bytes, now, to);
        }
        BOOST_TEST(taken(to) == step.expected);
        const auto gap = protocol.gap_end();
        BOOST_TEST((gap == tcp_protocol::never ? -1 : (gap - now) / 1ms) == step.gap_left);
    }
}

BOOST_DATA_TEST_CASE(udp, boost::unit_test::data::make(udp_scripts), script)
{
    udp_protocol protocol{heartbeat_schedule{5s, 1s}};
    inbox to;
    to.connected("1.1.1.1:1");
    auto now = start;
    protocol.heartbeat_sent(now);
    for (const auto& step : script.steps) {
        now += step.after;
        if (step.what == udp_step::line) {
            protocol.sending(now);
            to.sent(step.text);
        } else {
            const bool due = protocol.received(step.text, now, to);
            BOOST_TEST(due == step.due);
            if (due) {
                protocol.heartbeat_sent(now);
            }
        }
        BOOST_TEST(taken(to) == step.expected);
        if (step.next != 0) {
            BOOST_TEST((protocol.next_heartbeat(now) - now) / 1ms == step.next);
        }
    }
}

BOOST_DATA_TEST_CASE(own_messages, boost::unit_test::data::make(echo_scripts), script)
{
    inbox to;
    to.connected("1.1.1.1:1");
    for (const auto& step : script.steps) {
        to.sent(step.sent);
        if (*step.from != '\0') {
            to.add({step.from, "hi"});
        }
        BOOST_TEST(to.all_echoed() == step.all_echoed);
    }
}

BOOST_AUTO_TEST_CASE(a_send_buffer_gives_each_byte_once_in_whatever_pieces)
{
    for (std::size_t piece = 1; piece < 8; ++piece) {
        send_buffer buffer;
        buffer.add_line("one");
        std::string sent;
        bool added = false;
        while (!buffer.unsent().empty()) {
            const auto next = buffer.unsent().substr(0, piece);
            sent += next;
            buffer.consume(next.size());
            if (!std::exchange(added, true)) {
                buffer.add_line("two");
            }
        }
        BOOST_TEST(sent == "one\ntwo\n");
    }
}

BOOST_AUTO_TEST_SUITE_END()
