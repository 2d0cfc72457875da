// SPDX-License-Identifier: BSL-1.0
// Members who do anything at random, on several strands: what must hold all the same.
#include "random_seed.hpp"
#include "walker.hpp"

#include <array>
#include <chrono>
#include <map>
#include <set>

using namespace chatroom;
using namespace std::chrono_literals;

namespace {

std::string room_in(const std::string& text)
{
    return text.substr(text.rfind('.') + 1);
}

// With kicks, what was on its way to or from one that is kicked may be lost; without, nothing is.
void run_random_talk(bool kicks)
{
    std::mt19937 random{random_seed()};
    conversation_options options;
    options.operators = {{"Root", hash_password("s3cret")}};
    options.rooms = {walker::rooms.begin(), walker::rooms.end()};
    talk_fixture h{options};
    std::map<std::string, std::vector<std::string>> logs;  // of each room, in its order
    std::vector<follower> followers;
    for (const auto* name : walker::rooms) {
        followers.push_back(h.talk.find_room(name)->follow(h.io.get_executor()));
    }
    guest root{h};  // comes while nobody talks
    std::vector<std::unique_ptr<walker>> walkers;
    for (unsigned i = 0; i < 6; ++i) {
        walkers.push_back(std::make_unique<walker>(h, i, static_cast<unsigned>(random()), kicks));
    }

    if (kicks) {
        root.say("/login Root s3cret");
        root.until("*: you are <Root>, and an operator");
    }
    // Meanwhile: whoever is found by a name has it, and nobody else.
    bool unique = true;
    for (int i = 0; i < 200; ++i) {
        std::set<member_id> holders;
        for (const auto* name : {"bob", "eve", "zoe"}) {
            const auto found = h.talk.find(name);
            unique = unique && (!found || holders.insert(found.id()).second);
        }
        if (kicks) {
            root.say(std::string{"/kick "} + walker::names[random() % walker::names.size()]);
        }
        std::this_thread::sleep_for(1ms);
    }
    root.say("/end");
    root.until("*: no such command: /end (try /help; to say it, write //end)");
    BOOST_TEST(unique);
    for (auto& one : walkers) {
        one->join();
        one->settle();
        BOOST_TEST(!one->broken);
    }

    for (std::size_t i = 0; i < followers.size(); ++i) {
        const std::string where = walker::rooms[i];
        BOOST_TEST(!h.talk.find_room(where)->publish("the end"));
        for (;;) {
            const auto said = boost::asio::co_spawn(h.io, followers[i].next(), boost::asio::use_future).get();
            BOOST_TEST(said.skipped == 0u);
            if (said.text == "the end") {
                break;
            }
            if (said.sender != "*") {
                logs[where].push_back(said.text);
            }
        }
    }
    for (auto& one : walkers) {
        one->finish();
        BOOST_TEST(!one->broken);
    }
    BOOST_TEST((h.events->times("left removed") > 0) == kicks);
    std::map<std::string, unsigned> whispers;  // how many have heard it
    std::map<std::string, std::set<std::string>> arrows;
    std::map<std::string, std::set<const walker*>> hearers;
    for (const auto& one : walkers) {
        std::map<std::string, std::size_t> position;
        bool just_came = true;  // into the room, and has heard nothing there yet
        for (const auto& [sender, text] : one->heard) {
            if (sender == "*") {
                just_came = just_came || text == "again" || text.starts_with("you are in ");
                continue;
            }
            const auto at = text.rfind('@');
            const auto words = text.substr(0, at);
            if (sender.find(" -> ") != sender.npos) {
                ++whispers[words];
                arrows[words].insert(sender);
                hearers[words].insert(one.get());
                const auto middle = sender.find(" -> ");
                BOOST_TEST(
                    (one->called.contains(sender.substr(0, middle)) || one->called.contains(sender.substr(middle + 4))),
                    "one that is neither heard " << words << " of " << sender);
                continue;
            }
            const auto where = text.substr(at + 1);
            BOOST_TEST(room_in(words) == where);  // what was said in one room is heard there alone
            const auto& log = logs[where];
            const auto found = std::find(log.begin() + static_cast<std::ptrdiff_t>(position[where]), log.end(), words);
            BOOST_TEST_REQUIRE((found != log.end()), words << " is out of order, or heard twice");
            if (!std::exchange(just_came, false)) {
                BOOST_TEST(static_cast<std::size_t>(found - log.begin()) == position[where], "a gap before " << words);
            }
            position[where] = static_cast<std::size_t>(found - log.begin()) + 1;
        }
        for (const auto& words : one->said) {
            const auto& log = logs[room_in(words)];
            const auto times = std::count(log.begin(), log.end(), words);
            const auto heard = std::ranges::count(one->heard, words + "@" + room_in(words), &sighting::text);
            BOOST_TEST((kicks ? heard <= times && times <= 1 : heard == 1 && times == 1));
        }
    }
    for (const auto& [words, times] : whispers) {
        const auto& arrow = *arrows[words].begin();
        BOOST_TEST(arrows[words].size() == 1u);
        const auto middle = arrow.find(" -> ");
        const bool to_oneself = arrow.substr(0, middle) == arrow.substr(middle + 4);
        const unsigned whole = to_oneself ? 1 : 2;
        BOOST_TEST((kicks || hearers[words].size() == whole), words << " was heard twice by one");
        BOOST_TEST((kicks ? times <= whole : times == whole),
                   words << " of " << arrow << " was heard " << times << " times");
    }
    BOOST_TEST(!whispers.empty());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_conversation)

BOOST_AUTO_TEST_CASE(one_name_is_one_members_and_everybody_hears_their_room_once_in_one_order)
{
    run_random_talk(false);
}

BOOST_AUTO_TEST_CASE(the_same_while_an_operator_kicks)
{
    run_random_talk(true);
}

BOOST_AUTO_TEST_CASE(a_name_that_all_ask_for_at_once_over_tcp_and_udp_is_given_once)
{
    talk_fixture h;
    std::vector<std::unique_ptr<walkers_peer>> crowd;
    for (int i = 0; i < 16; ++i) {
        crowd.push_back(std::make_unique<walkers_peer>(h, i % 2 == 0 ? transport::tcp : transport::udp));
    }
    for (int round = 0; round < 5; ++round) {
        const auto name = "n" + std::to_string(round);
        for (auto& one : crowd) {
            one->say("/name " + name);
        }
        int given = 0;
        for (auto& one : crowd) {
            one->say("/end");
            for (auto line = one->hear(); !line.text.starts_with("no such command: /end"); line = one->hear()) {
                BOOST_TEST_REQUIRE(line.sender.front() != '(');
                given += line.text == "you are <" + name + ">" ? 1 : 0;
            }
        }
        BOOST_TEST(given == 1);
    }
}

BOOST_AUTO_TEST_SUITE_END()
