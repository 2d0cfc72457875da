// SPDX-License-Identifier: BSL-1.0
// Peers behind a proxy, who are those that its PROXY header names.
#include "room_fixture.hpp"

#include <mutex>
#include <set>
#include <string>

using namespace chatroom;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

tcp_room_options behind_proxies()
{
    tcp_room_options options;
    options.proxy_networks = {"127.0.0.0/8"};
    return options;
}

const auto from_bob = "PROXY TCP4 192.0.2.7 192.0.2.1 4711 9001\r\n"s;
const auto local_v2 = "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"s;  // of the proxy itself

}  // namespace

BOOST_AUTO_TEST_SUITE(tcp_proxies)

BOOST_AUTO_TEST_CASE(a_member_has_the_address_that_the_header_names)
{
    room_fixture h{behind_proxies()};
    test_client bob{h.at};
    bob.say(from_bob + "hello\nand more\n");
    BOOST_TEST(bob.line() == "192.0.2.7:4711");
    BOOST_TEST(bob.line() == "hello");
    BOOST_TEST(bob.hear() == "and more");
    test_client slow{h.at};
    for (const char one : "PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n"s) {
        slow.say(std::string(1, one));
        BOOST_TEST(h.room.members() == 1U);
    }
    slow.say("hi\n");
    BOOST_TEST(slow.line() == "[2001:db8::1]:1");
    BOOST_TEST(slow.line() == "hi");
    test_client proxy{h.at};
    proxy.say(local_v2 + "all well?\n");
    BOOST_TEST(proxy.line() == proxy.label());
}

BOOST_AUTO_TEST_CASE(without_a_header_in_time_there_is_no_member)
{
    room_fixture h{behind_proxies()};
    test_client wrong{h.at};
    wrong.say("hello\n");
    BOOST_TEST(wrong.line().front() == '(');
    BOOST_TEST(h.events->saw("refused wrong_protocol"));
    test_client silent{h.at};
    test_client half{h.at};
    half.say("PROXY TCP4 192.");
    BOOST_TEST(advance_until(*h.time, 1s, [&] { return h.events->times("refused wrong_protocol") == 3; }));
    BOOST_TEST(silent.line() == "(end)");
    test_client gone{h.at};
    gone.say("PROXY ");
    gone.socket().close();
    BOOST_TEST(h.events->saw("refused end_of_file"));
    BOOST_TEST(h.events->times("connected") == 0);
}

BOOST_AUTO_TEST_CASE(a_stop_waits_for_no_header)
{
    room_fixture h{behind_proxies()};
    test_client silent{h.at};
    test_client bob{h.at};
    bob.say(from_bob + "hello\n");
    BOOST_TEST(bob.hear() == "hello");
    h.tcp->stop();
    BOOST_TEST(silent.hear() == "the room is closing");
    BOOST_TEST(silent.line() == "(end)");
    silent.socket().close();
    bob.socket().close();
    h.join();
    BOOST_TEST(h.ended);
}

BOOST_AUTO_TEST_CASE(limits_and_the_policy_know_the_named_address)
{
    auto options = behind_proxies();
    options.members.max_members_per_address = 1;
    std::mutex mutex;
    std::multiset<std::string> asked;
    room_policy policy;
    policy.admit = [&](std::string address, transport) -> boost::asio::awaitable<admission_verdict> {
        const std::scoped_lock lock{mutex};
        asked.insert(address.substr(0, address.find(':')));
        co_return admission_verdict::admit();
    };
    room_fixture h{options, {}, {}, policy};
    test_client bob{h.at};
    bob.say(from_bob + "hello\n");
    BOOST_TEST(bob.hear() == "hello");
    test_client again{h.at};
    again.say("PROXY TCP4 192.0.2.7 192.0.2.1 4712 9001\r\n");
    BOOST_TEST(h.events->saw("refused address_limit"));
    test_client eve{h.at};
    eve.say("PROXY TCP4 192.0.2.8 192.0.2.1 4711 9001\r\nhi\n");
    BOOST_TEST(eve.hear() == "hi");
    const std::scoped_lock lock{mutex};
    BOOST_TEST(asked.count("192.0.2.7") == 2U);
    BOOST_TEST(asked.count("192.0.2.8") == 1U);
    BOOST_TEST(asked.size() == 3U);
}

BOOST_AUTO_TEST_CASE(from_others_a_header_is_text)
{
    auto options = behind_proxies();
    options.proxy_networks = {"192.0.2.0/24"};
    room_fixture h{options};
    test_client ann{h.at};
    ann.say(from_bob);
    BOOST_TEST(ann.line() == ann.label());
    BOOST_TEST(ann.line() == "PROXY TCP4 192.0.2.7 192.0.2.1 4711 9001");
    options.proxy_networks = {"everybody"};
    BOOST_CHECK_THROW((tcp_room{h.io.get_executor(), h.room, options}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
