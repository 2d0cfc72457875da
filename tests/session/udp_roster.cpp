// SPDX-License-Identifier: BSL-1.0
#include "random_seed.hpp"

#include "session/udp_roster.hpp"

#include <chatroom/networks.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;
namespace ip = boost::asio::ip;

namespace {

ip::udp::endpoint v4(std::uint32_t address, unsigned short port = 1)
{
    return {ip::address_v4{address}, port};
}

ip::udp::endpoint v6(const char* address, unsigned short port = 1)
{
    return {ip::make_address_v6(address), port};
}

const udp_member::time_point start{};

std::set<std::uint64_t> numbers(udp_roster& roster)
{
    std::set<std::uint64_t> found;
    for (auto* m = roster.member_from(0); m != nullptr; m = roster.member_from(udp_roster::slot_of(*m) + 1)) {
        BOOST_REQUIRE(found.insert(m->id).second);
    }
    return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(session_udp_roster)

BOOST_AUTO_TEST_CASE(a_member_is_found_by_its_address_and_port_and_nobody_elses)
{
    udp_roster roster;
    roster.add(v4(1, 7), start).id = 1;
    roster.add(v6("::1", 7), start).id = 2;
    roster.add(v6("fe80::1%3", 7), start).id = 3;
    BOOST_TEST(roster.find(v4(1, 7))->id == 1u);
    BOOST_TEST(roster.find(v6("::1", 7))->id == 2u);
    BOOST_TEST(roster.find(v6("fe80::1%3", 7))->id == 3u);
    BOOST_TEST(roster.find(v4(1, 8)) == nullptr);
    BOOST_TEST(roster.find(v4(2, 7)) == nullptr);
    BOOST_TEST(roster.find(v6("fe80::1%4", 7)) == nullptr);
}

BOOST_AUTO_TEST_CASE(the_eldest_is_who_was_not_heard_from_for_the_longest_time)
{
    udp_roster roster;
    BOOST_TEST(roster.least_recent() == nullptr);
    for (std::uint32_t i = 1; i <= 3; ++i) {
        roster.add(v4(i), start + i * 1s).id = i;
    }
    BOOST_TEST(roster.least_recent()->id == 1u);
    roster.touch(*roster.find(v4(1)), start + 4s);
    BOOST_TEST(roster.least_recent()->id == 2u);
    roster.touch(*roster.find(v4(3)), start + 5s);
    roster.remove(*roster.find(v4(2)));
    BOOST_TEST(roster.least_recent()->id == 1u);
    roster.touch(*roster.find(v4(1)), start + 6s);
    BOOST_TEST(roster.least_recent()->id == 3u);
    BOOST_TEST((roster.least_recent()->heard == start + 5s));
}

BOOST_AUTO_TEST_CASE(to_expire_one_that_is_silent_two_members_are_looked_at_however_many_live)
{
    std::mt19937 random{1};
    for (const std::uint32_t living : {1U, 1000U, 100'000U}) {
        udp_roster roster;
        std::vector<std::uint32_t> order;
        for (std::uint32_t i = 0; i <= living; ++i) {
            roster.add(v4(i), start).id = i;
            order.push_back(i);
        }
        std::shuffle(order.begin(), order.end(), random);
        const auto silent = order.back();
        order.pop_back();
        for (const auto who : order) {
            roster.touch(*roster.find(v4(who)), start + 5s);
        }
        int looked_at = 1;
        for (auto* least_recent = roster.least_recent(); least_recent->heard == start;
             least_recent = roster.least_recent(), ++looked_at) {
            BOOST_TEST(least_recent->id == silent);
            roster.remove(*least_recent);
        }
        BOOST_TEST(looked_at == 2);
        BOOST_TEST(roster.size() == living);
    }
}

BOOST_AUTO_TEST_CASE(a_member_keeps_its_slot_and_an_empty_chunk_is_given_back)
{
    udp_roster roster;
    for (std::uint32_t i = 0; i < 5000; ++i) {
        roster.add(v4(i), start).id = i;
    }
    BOOST_TEST(roster.slots() >= 5000u);
    const auto slot = udp_roster::slot_of(*roster.find(v4(3)));
    for (std::uint32_t i = 4; i < 5000; ++i) {
        roster.remove(*roster.find(v4(i)));
    }
    BOOST_TEST(udp_roster::slot_of(*roster.find(v4(3))) == slot);
    BOOST_TEST(roster.slots() <= 1024u);
    BOOST_TEST(numbers(roster) == (std::set<std::uint64_t>{0, 1, 2, 3}), boost::test_tools::per_element());
    for (std::uint32_t i = 0; i < 4; ++i) {
        roster.remove(*roster.find(v4(i)));
    }
    BOOST_TEST(roster.slots() == 0u);
}

BOOST_AUTO_TEST_CASE(at_random_it_does_what_a_map_and_a_list_would_do)
{
    std::mt19937 random{random_seed()};
    udp_roster roster;
    std::map<std::uint32_t, udp_member::time_point> truth;
    std::uint64_t expelled = 0;
    auto now = start;
    for (int i = 0; i < 200'000; ++i) {
        now += 1ms;
        const auto who = static_cast<std::uint32_t>(random() % 6000);
        auto* member = roster.find(v4(who));
        BOOST_REQUIRE((member != nullptr) == truth.contains(who));
        if (member == nullptr) {
            roster.add(v4(who), now).id = who;
            truth[who] = now;
        } else if (random() % 4 == 0) {
            roster.remove(*member);
            truth.erase(who);
        } else {
            roster.touch(*member, now);
            truth[who] = now;
        }
        for (auto* least_recent = roster.least_recent(); least_recent != nullptr && now - least_recent->heard > 3s;
             least_recent = roster.least_recent()) {
            BOOST_REQUIRE((truth.at(static_cast<std::uint32_t>(least_recent->id)) == least_recent->heard));
            truth.erase(static_cast<std::uint32_t>(least_recent->id));
            roster.remove(*least_recent);
            ++expelled;
        }
    }
    BOOST_TEST(expelled > 0u);
    BOOST_TEST(roster.size() == truth.size());
    for (const auto& [who, heard] : truth) {
        BOOST_REQUIRE(now - heard <= 3s);
    }
    BOOST_TEST(numbers(roster).size() == truth.size());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(session_networks)

BOOST_AUTO_TEST_CASE(an_address_is_in_the_network_that_its_first_bits_name)
{
    const networks some{{"10.0.0.0/8", "192.168.1.7", "fe80::/10", "::1"}};
    for (const auto* in : {"10.255.0.1", "192.168.1.7", "::ffff:10.1.2.3", "fe80::1", "fe80::1%2", "::1"}) {
        BOOST_TEST(some.contain(ip::make_address(in)), in);
    }
    for (const auto* out : {"11.0.0.1", "192.168.1.8", "127.0.0.1", "::ffff:11.0.0.1", "::2", "2001:db8::1"}) {
        BOOST_TEST(!some.contain(ip::make_address(out)), out);
    }
    BOOST_TEST((networks{{"0.0.0.0/0"}}.contain(ip::make_address("8.8.8.8"))));
    BOOST_TEST(!(networks{{}}.contain(ip::make_address("127.0.0.1"))));
}

BOOST_AUTO_TEST_CASE(what_is_no_network_is_named)
{
    for (const auto* text : {"10.0.0.0/33", "home", "10.0.0/8", "fe80::/129", "", "/8"}) {
        BOOST_CHECK_EXCEPTION(networks{{text}}, std::invalid_argument, [&](const auto& e) {
            return std::string{e.what()}.starts_with("'" + std::string{text} + "' in trusted_networks is no network");
        });
    }
}

BOOST_AUTO_TEST_SUITE_END()
