// SPDX-License-Identifier: BSL-1.0
// Commands over TCP that wait for nothing: their function returns a default-made awaitable.
#include "party.hpp"

#include <chatroom/serve/stream.hpp>

namespace {

using done = asio::awaitable<void>;

/// The socket's own bytes, and how often they were sent.
class counting_stream final : public stream {
  public:
    explicit counting_stream(std::atomic<int>& sends) : sends_{sends} {}
    result receive(int descriptor, std::span<char> into) noexcept override
    {
        return plain_stream().receive(descriptor, into);
    }
    result send(int descriptor, std::span<const std::string_view> pieces) noexcept override
    {
        ++sends_;
        return plain_stream().send(descriptor, pieces);
    }
    void shutdown(int descriptor) noexcept override { plain_stream().shutdown(descriptor); }

  private:
    std::atomic<int>& sends_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tcp_commands_at_once)

BOOST_AUTO_TEST_CASE(they_are_done_one_after_the_other_and_what_they_ask_of_their_member_before_its_next_line)
{
    room other;
    room_policy policy;
    policy.command = [&](const member& from, const std::string& line) {
        if (line == "/throw") {
            throw std::runtime_error{"as asked"};
        }
        if (line == "/join") {
            (void)from.join(other);
        } else if (line == "/out") {
            (void)from.disconnect("goodbye");
        } else {
            (void)from.send("done: " + line);
        }
        return done{};
    };
    party p{policy};
    auto ann = p.h.enter();
    ann.say("/one\n/two\n/throw\nhere\n/join\nthere\n/out\nlost\n");
    BOOST_TEST(ann.hear() == "done: /one");
    BOOST_TEST(ann.hear() == "done: /two");
    BOOST_TEST(ann.hear() == "here");
    BOOST_TEST(ann.hear() == "there");
    BOOST_TEST(ann.line() == "*");
    BOOST_TEST(ann.line() == "goodbye");
    BOOST_TEST(ann.line() == "(end)");
    BOOST_TEST(p.h.events->times("error command") == 1);
    BOOST_TEST(p.h.room.statistics().published == 2u);  // with her first word
    BOOST_TEST(other.statistics().published == 1u);
}

// What a policy has sent before comes before what a command sends.
BOOST_AUTO_TEST_CASE(what_was_asked_of_the_member_before_is_done_before)
{
    room_policy policy;
    policy.joined = [](const member& who) { (void)who.send("welcome"); };
    policy.command = [](const member& from, const std::string& line) {
        (void)from.send("done: " + line);
        return done{};
    };
    room_fixture h{{}, {}, {}, policy};
    test_client ann{h.at};
    ann.say("/first\n");
    BOOST_TEST(ann.hear() == "welcome");
    BOOST_TEST(ann.hear() == "done: /first");
}

BOOST_AUTO_TEST_CASE(the_lines_that_they_send_go_out_together)
{
    std::atomic<int> sends{0};
    room_policy policy;
    policy.command = [](const member& from, const std::string& line) {
        for (int i = 0; i < 10; ++i) {
            (void)from.send(line);
        }
        return done{};
    };
    const tcp_wire wire{.make_stream = [&] { return std::make_unique<counting_stream>(sends); }};
    room_fixture h{{}, {}, wire, policy};
    auto ann = h.enter();
    sends = 0;
    ann.say("/a\n/b\n");
    for (const auto* line : {"/a", "/b"}) {
        for (int i = 0; i < 10; ++i) {
            BOOST_TEST(ann.hear() == line);
        }
    }
    BOOST_TEST(sends == 1);
}

// An answer may be as long as half of what may wait for a member.
BOOST_AUTO_TEST_CASE(long_answers_to_many_of_them_are_all_sent)
{
    room_policy policy;
    policy.command = [](const member& from, const std::string& line) {
        for (int i = 0; i < 32; ++i) {
            (void)from.send(line + std::string(1000, 'x'));
        }
        return done{};
    };
    party p{policy};
    auto ann = p.h.enter();
    ann.say("/a\n/b\n/c\n/d\n");
    for (const auto* line : {"/a", "/b", "/c", "/d"}) {
        for (int i = 0; i < 32; ++i) {
            BOOST_TEST_REQUIRE(ann.hear().substr(0, 2) == line);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
