// SPDX-License-Identifier: BSL-1.0
// Over UDP an answer is one datagram.
#include "talk_fixture.hpp"

#include <algorithm>

using namespace chatroom;

namespace {

constexpr std::size_t most = 1024;

std::string ask(udp_test_client& who, std::string_view line)
{
    who.say(line);
    return who.hear();
}

// Whether the last answer was one datagram.
bool was_one(udp_test_client& who)
{
    return ask(who, "/nothing") == "*\nno such command: /nothing (try /help; to say it, write //nothing)";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(answers_over_udp)

BOOST_AUTO_TEST_CASE(long_ones_are_cut)
{
    conversation_options options;
    options.welcome = {"mind the step", std::string(2000, 'w')};
    talk_fixture h{options};
    for (int i = 0; i < 100; ++i) {
        h.talk.add_command("command-" + std::to_string(i), std::string(2000, 'h'), {});
    }
    guest ann{h, "Ann"};
    std::string topic;
    while (topic.size() < 1500) {
        topic += "\u00e9\u00e8";
    }
    ann.say("/topic " + topic);
    ann.until("*: <Ann> set the topic: " + topic);
    udp_test_client bob{h.udp_at};
    const auto hello = ask(bob, "#ping#");
    BOOST_TEST(hello.starts_with("*\nmind the step; www"));
    BOOST_TEST(hello.ends_with("w..."));
    BOOST_TEST(hello.size() == most);
    BOOST_TEST(was_one(bob));
    const auto answer = ask(bob, "/topic");
    BOOST_TEST(answer.starts_with("*\nthe topic of lobby: \u00e9"));
    BOOST_TEST((answer.ends_with("\u00e9...") || answer.ends_with("\u00e8...")));
    BOOST_TEST(answer.size() <= most);
    BOOST_TEST(answer.size() > most - 2);
    BOOST_TEST(was_one(bob));
    const auto help = ask(bob, "/help");
    BOOST_TEST(help.ends_with(", ..."));
    BOOST_TEST(help.size() <= most);
    BOOST_TEST(was_one(bob));
    BOOST_TEST(ask(bob, "/help command-1").size() == most);
    BOOST_TEST(was_one(bob));
}

BOOST_AUTO_TEST_CASE(lists_say_how_to_go_on)
{
    // Four bytes a letter, and of such lengths that a page is as full as can be where a long name comes next.
    conversation_options options;
    for (int i = 0; i < 26; ++i) {
        std::string name{"\xf0\x90\x90"};
        name += static_cast<char>(0x80 + i);
        for (int j = 1; j < (i % 7 == 5 ? 24 : 32); ++j) {
            name += "\U00010400";
        }
        options.rooms.push_back(name);
    }
    talk_fixture h{options};
    std::vector<guest> crowd;
    udp_test_client bob{h.udp_at};
    bob.say("#ping#");
    for (int i = 0; i < 40; ++i) {
        crowd.emplace_back(h);
        BOOST_TEST(crowd.back().heard_nothing());
    }
    const auto people = ask(bob, "/who");
    BOOST_TEST(people.size() <= most);
    BOOST_TEST(people.find(" more: /who lobby #") != people.npos);
    BOOST_TEST(was_one(bob));
    auto rooms = ask(bob, "/rooms");
    BOOST_TEST(rooms.starts_with("*\nrooms: lobby 41, "));
    std::ptrdiff_t listed = 0;
    for (std::size_t more = 0; more != rooms.npos;) {
        BOOST_TEST(rooms.size() <= most);
        BOOST_TEST(was_one(bob));
        listed += std::ranges::count(rooms, ',') + 1;
        more = rooms.find(" more: /rooms ");
        rooms = more != rooms.npos ? ask(bob, rooms.substr(more + 7)) : rooms;
    }
    BOOST_TEST(listed == 27);
}

BOOST_AUTO_TEST_SUITE_END()
