// SPDX-License-Identifier: BSL-1.0
// Peers whose protocol shows by their first bytes, and those that join rooms by requests of their own.
#include "room_fixture.hpp"
#include "toy_wires.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <map>
#include <sstream>

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

// `join ROOM [SEQUENCE]`, `leave ROOM`, `say ROOM TEXT`, `wait`, `fail`, `go`: each is answered by one line.
struct town {
    std::map<std::string, room> rooms;

    explicit town(room first)
    {
        rooms.emplace("a", std::move(first));
        rooms.emplace("b", room{});
    }

    asio::awaitable<void> execute(peer& from, const std::string& request)
    {
        std::istringstream in{request};
        std::string verb;
        std::string name;
        in >> verb >> name;
        if (verb == "wait") {
            return wait(from);
        }
        if (verb == "fail") {
            throw std::runtime_error{"failed"};
        }
        if (verb == "go") {
            from.disconnect(disconnect_reason::quit, {});
            return {};
        }
        const auto found = rooms.find(name);
        if (verb == "join") {
            std::uint64_t sequence = 0;
            const bool back = static_cast<bool>(in >> sequence);
            peer::place where;
            const auto ec = from.join(found->second, back ? std::optional{sequence} : std::nullopt, where);
            from.write(ec ? ec.message() + "\n"
                          : "at " + std::to_string(where.next) + " missed " + std::to_string(where.missed) + "\n");
        } else if (verb == "leave") {
            from.write(from.leave(found->second) ? "not there\n" : "left\n");
        } else {
            std::string words;
            std::string text;
            std::getline(in >> std::ws, text);
            const auto ec = from.say(found->second, text, words);
            from.write((ec ? ec.message() : "said") + "\n");
        }
        return {};
    }

    static asio::awaitable<void> wait(peer& from)
    {
        asio::steady_timer timer{co_await asio::this_coro::executor, 20ms};
        auto waiting = timer.async_wait(asio::use_awaitable);
        co_await std::move(waiting);
        from.write("waited\n");
    }
};

struct guesses {
    explicit guesses(tcp_room_options options = {}) : h{options, {}, wire(*this)} { places.emplace(h.room); }

    static tcp_wire wire(guesses& self)
    {
        tcp_wire made;
        made.make_protocol = [](const auto&) { return std::make_unique<toy::guessing_protocol>(); };
        made.execute = [&self](peer& from, wire::protocol&, const std::string& request) {
            return self.places->execute(from, request);
        };
        return made;
    }

    // A peer whose protocol waits for its first bytes, or for the end of the silence.
    test_client listen()
    {
        const auto before = toy::guessing_protocol::begun.load();
        test_client made{h.at};
        for (int i = 0; i < 1000 && toy::guessing_protocol::begun == before; ++i) {
            std::this_thread::sleep_for(10ms);
        }
        BOOST_TEST_REQUIRE(toy::guessing_protocol::begun == before + 1);
        return made;
    }

    std::optional<town> places;
    room_fixture h;
};

std::string lines(test_client& from, int count)
{
    std::string all;
    for (; count != 0; --count) {
        all += from.line() + "|";
    }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tcp_room_requests)

BOOST_AUTO_TEST_CASE(a_peer_that_has_said_nothing_is_no_member_and_hears_afterwards_what_was_said_meanwhile)
{
    guesses g;
    auto ann = g.listen();
    test_client bob{g.h.at};
    bob.say("x\n");
    BOOST_TEST(lines(bob, 2) == bob.label() + "|x|");
    BOOST_TEST(g.h.room.members() == 1U);
    g.h.time->advance(299ms);
    bob.say("y\n");
    BOOST_TEST(lines(bob, 2) == bob.label() + "|y|");
    BOOST_TEST(g.h.room.members() == 1U);
    BOOST_TEST(ann.socket().available() == 0U);
    g.h.time->advance(1ms);
    BOOST_TEST(lines(ann, 4) == bob.label() + "|x|" + bob.label() + "|y|");
    BOOST_TEST(g.h.room.members() == 2U);
}

BOOST_AUTO_TEST_CASE(it_hears_of_the_past_too_where_members_do)
{
    tcp_room_options options;
    options.members.replay = 2;
    guesses g{options};
    for (const auto* const text : {"1", "2", "3"}) {
        BOOST_TEST(!g.h.room.publish("<x>", text));
    }
    auto ann = g.listen();
    BOOST_TEST(!g.h.room.publish("<x>", "4"));
    g.h.time->advance(300ms);
    BOOST_TEST(lines(ann, 6) == "<x>|2|<x>|3|<x>|4|");
}

BOOST_AUTO_TEST_CASE(one_that_is_answered_and_let_go_was_no_member_and_is_not_refused)
{
    guesses g;
    test_client ann{g.h.at};
    ann.say("?");
    BOOST_TEST(lines(ann, 2) == "an answer|(end)|");
    test_client bob{g.h.at};
    bob.socket().shutdown(asio::socket_base::shutdown_send);  // a spare connection of a browser
    BOOST_TEST(bob.line() == "(end)");
    test_client tom{g.h.at};
    tom.say("the last line");
    tom.socket().shutdown(asio::socket_base::shutdown_send);
    BOOST_TEST(lines(tom, 3) == tom.label() + "|the last line|(end)|");
    BOOST_TEST(g.h.events->saw("left end_of_file"));
    BOOST_TEST(g.h.events->times("joined") == 1);
    BOOST_TEST(g.h.events->times("connected") == 1);
    BOOST_TEST(g.h.events->times("refused answered") == 0);
    BOOST_TEST(g.h.events->times("refused end_of_file") == 0);
}

BOOST_AUTO_TEST_CASE(a_peer_joins_rooms_by_requests_from_any_message_on_and_may_be_in_none)
{
    guesses g;
    for (const auto* const text : {"0", "1", "2"}) {
        BOOST_TEST(!g.places->rooms.at("b").publish("<x>", text));
    }
    test_client ann{g.h.at};
    ann.say("@join b 1\n");
    BOOST_TEST(lines(ann, 5) == "at 1 missed 0|<x>|1|<x>|2|");
    ann.say("join b\njoin b 9\nleave a\njoin a 1\njoin a\n");
    BOOST_TEST(lines(ann, 5) == "Invalid argument|Invalid argument|not there|Invalid argument|at 0 missed 0|");
    ann.say("say b hello there\n");
    BOOST_TEST(lines(ann, 3) == "said|" + ann.label() + "|hello there|");
    BOOST_TEST(g.h.room.members() == 1U);
    ann.say("leave a\nleave b\nsay b gone\n");
    BOOST_TEST(lines(ann, 3) == "left|left|the member has gone|");
    BOOST_TEST(g.h.room.members() == 0U);
    ann.say("join b 2\n");
    BOOST_TEST(lines(ann, 5) == "at 2 missed 0|<x>|2|" + ann.label() + "|hello there|");
    ann.say("go\n");
    BOOST_TEST(lines(ann, 2) == "bye quit|(end)|");
}

BOOST_AUTO_TEST_CASE(what_has_left_the_log_is_missed_and_the_cursor_stands_at_the_tail)
{
    guesses g;
    auto& b = g.places->rooms.at("b");
    const std::string text(4000, 'x');
    while (b.extent().first == 0) {
        BOOST_TEST_REQUIRE(!b.publish("<x>", text));
    }
    const auto tail = std::to_string(b.extent().second);
    test_client ann{g.h.at};
    ann.say("@join b 0\n");
    BOOST_TEST(ann.line() == "at " + tail + " missed " + tail);
    BOOST_TEST(!b.publish("<x>", "after"));
    BOOST_TEST(lines(ann, 2) == "<x>|after|");
}

BOOST_AUTO_TEST_CASE(one_with_requests_is_told_of_its_rate_and_not_held_back)
{
    tcp_room_options options;
    options.members.rate = 1;
    options.members.burst = 2;
    guesses g{options};
    test_client ann{g.h.at};
    ann.say("@join b\nsay b 1\nsay b 2\nsay b 3\nleave b\n");
    std::string heard;
    while (heard.find("left|") == heard.npos) {
        heard += ann.line() + "|";
    }
    BOOST_TEST(heard.find("at 0 missed 0|said|said|the member says more than the room allows") == 0U);
}

BOOST_AUTO_TEST_CASE(requests_are_executed_one_after_the_other_and_one_that_throws_ends_its_peer_alone)
{
    guesses g;
    test_client ann{g.h.at};
    ann.say("@wait\njoin b\nwait\n");
    BOOST_TEST(lines(ann, 3) == "waited|at 0 missed 0|waited|");
    test_client bob{g.h.at};
    bob.say("@fail\n");
    BOOST_TEST(bob.line() == "(end)");
    ann.say("say b still here\n");
    BOOST_TEST(lines(ann, 3) == "said|" + ann.label() + "|still here|");
}

BOOST_AUTO_TEST_CASE(a_stop_ends_those_in_no_room_too)
{
    guesses g;
    test_client ann{g.h.at};
    ann.say("@join b\nleave b\n");
    BOOST_TEST(lines(ann, 2) == "at 0 missed 0|left|");
    auto bob = g.listen();
    g.h.tcp->stop();
    BOOST_TEST(lines(ann, 2) == "bye shutdown|(end)|");
    BOOST_TEST(bob.line() == "(end)");
}

BOOST_AUTO_TEST_SUITE_END()
