// SPDX-License-Identifier: BSL-1.0
// What a program that embeds a room asks of its members over TCP.
#include "party.hpp"

#include <set>

BOOST_AUTO_TEST_SUITE(tcp_room_members)

BOOST_AUTO_TEST_CASE(a_member_has_an_address_a_number_and_a_name_that_others_see)
{
    party p;
    auto ann = p.h.enter();
    const auto her = p.who.at(0);
    BOOST_TEST(her.address() == ann.label());
    BOOST_TEST((her.transport() == transport::tcp));
    BOOST_TEST(her.name().empty());
    BOOST_TEST(her.sender() == ann.label());
    BOOST_TEST(!her.rename("Ann"));
    BOOST_TEST(her.sender() == "<Ann>");
    ann.say("hi\n");
    BOOST_TEST(ann.line() == "<Ann>");
    BOOST_TEST(ann.line() == "hi");
    BOOST_TEST(!her.rename(""));
    ann.say("hi\n");
    BOOST_TEST(ann.line() == ann.label());
    for (const auto* bad : {"a<b", "a>b", "a\nb", "\x1b"}) {
        BOOST_TEST((her.rename(bad) == error::invalid_sender));
    }
    BOOST_TEST((her.rename(std::string(129, 'x')) == error::invalid_sender));
}

BOOST_AUTO_TEST_CASE(a_line_to_one_member_reaches_no_other)
{
    party p;
    auto ann = p.h.enter();
    auto bob = p.h.enter();
    BOOST_TEST(ann.line() == bob.label());
    BOOST_TEST(ann.line() == "hello");
    const auto her = p.who.at(0);
    BOOST_TEST(!her.send("for you"));
    BOOST_TEST(!her.send("<Bob> -> <Ann>", "psst"));
    BOOST_TEST(ann.line() == "*");
    BOOST_TEST(ann.line() == "for you");
    BOOST_TEST(ann.line() == "<Bob> -> <Ann>");
    BOOST_TEST(ann.line() == "psst");
    bob.say("to all\n");
    BOOST_TEST(bob.hear() == "to all");
    BOOST_TEST((her.send(" ") == error::empty_text));
    BOOST_TEST((her.send("a\nb") == error::contains_newline));
    BOOST_TEST((her.send("Bob", "hi") == error::invalid_sender));
    BOOST_TEST((her.send(std::string(70'000, 'x')) == error::text_too_long));
}

BOOST_AUTO_TEST_CASE(a_member_that_takes_nothing_is_sent_64_KiB_of_lines_and_then_the_sender_is_told)
{
    tcp_room_options options;
    options.server.send_buffer = 8 * 1024;
    party p{{}, options};
    auto ann = p.h.enter(4096);
    const auto her = p.who.at(0);
    const std::string line(8000, 'x');
    int sent = 0;
    while (!her.send(line) && sent < 1000) {
        ++sent;
        (void)p.list();  // the strand has done what was asked of it
    }
    BOOST_TEST((her.send(line) == error::would_block));
    BOOST_TEST(sent >= 8);
    BOOST_TEST(sent < 1000);
    for (int i = 0; i < sent; ++i) {
        BOOST_TEST_REQUIRE(ann.hear() == line);
    }
    BOOST_TEST(advance_until(*p.h.time, 1ms, [&] { return !her.send(line); }));
    BOOST_TEST(ann.hear() == line);
}

BOOST_AUTO_TEST_CASE(a_member_that_is_disconnected_hears_the_last_word_and_a_handle_outlives_it)
{
    party p;
    auto ann = p.h.enter();
    const auto her = p.who.at(0);
    BOOST_TEST(!p.h.room.publish("before"));
    BOOST_TEST(!her.disconnect("enough"));
    BOOST_TEST(ann.hear() == "before");
    BOOST_TEST(ann.hear() == "enough");
    BOOST_TEST(ann.line() == "(end)");
    ann.socket().close();
    BOOST_TEST(p.h.events->saw("left removed"));
    BOOST_TEST(advance_until(*p.h.time, 1ms, [&] { return her.send("still there?") == error::not_a_member; }));
    BOOST_TEST((her.disconnect() == error::not_a_member));
    BOOST_TEST((her.rename("Ann") == error::not_a_member));
    BOOST_TEST(her.address() == her.sender());
}

BOOST_AUTO_TEST_CASE(a_handle_may_outlive_the_room_and_its_context)
{
    member her;
    {
        party p;
        auto ann = p.h.enter();
        her = p.who.at(0);
    }
    BOOST_TEST((her.send("anybody?") == error::not_a_member));
}

BOOST_AUTO_TEST_CASE(the_members_can_be_listed_and_found)
{
    party p;
    BOOST_TEST(p.list().empty());
    auto ann = p.h.enter();
    auto bob = p.h.enter();
    (void)p.who.at(1).rename("Bob");
    std::set<std::string> addresses;
    for (const auto& one : p.list()) {
        addresses.insert(one.address());
    }
    BOOST_TEST((addresses == std::set<std::string>{ann.label(), bob.label()}));
    BOOST_TEST(p.list(1).size() == 1u);
    const auto find = [&](auto what) { return asio::co_spawn(p.h.io, p.h.room.find(what), asio::use_future).get(); };
    BOOST_TEST((find(std::string{"Bob"}) == p.who.at(1)));
    BOOST_TEST((find(p.who.at(0).id()) == p.who.at(0)));
    BOOST_TEST(!find(std::string{"Eve"}));
    BOOST_TEST(!find(member_id{0}));
}

BOOST_AUTO_TEST_CASE(a_member_carries_data_of_ones_own)
{
    party p;
    auto ann = p.h.enter();
    BOOST_TEST(!p.who.at(0).data().has_value());
    p.who.at(0).set_data(7);
    BOOST_TEST(std::any_cast<int>(p.list().front().data()) == 7);
}

BOOST_AUTO_TEST_CASE(a_muted_member_is_told_so_and_may_speak_again_later)
{
    party p;
    auto ann = p.h.enter();
    BOOST_TEST(!p.who.at(0).mute(1h));
    ann.say("one\ntwo\n");
    BOOST_TEST(ann.hear() == "you are muted: your message was not passed on");
    BOOST_TEST(p.h.events->saw("dropped", 2));
    p.h.time->advance(1h);
    ann.say("three\n");
    std::string heard;
    do {
        heard = ann.hear();
    } while (heard == "you are muted: your message was not passed on");
    BOOST_TEST(heard == "three");
    BOOST_TEST(!p.who.at(0).mute(std::chrono::milliseconds::max()));
    ann.say("four\n");
    BOOST_TEST(ann.hear() == "you are muted: your message was not passed on");
    BOOST_TEST(!p.who.at(0).mute(0ms));
    (void)p.list();
    ann.say("five\n");
    BOOST_TEST(ann.hear() == "five");
}

BOOST_AUTO_TEST_CASE(a_speaker_of_the_program_knows_its_own_words)
{
    room_fixture h;
    auto ann = h.enter();
    auto bot = h.room.add_speaker("bot");
    auto other = h.room.add_speaker("other");
    auto follower = h.room.follow(h.io.get_executor());
    BOOST_TEST(!bot.publish("mine"));
    BOOST_TEST(!other.publish("<Eve>", "bridged"));
    const auto next = [&] { return asio::co_spawn(h.io, follower.next(), asio::use_future).get(); };
    const auto mine = next();
    BOOST_TEST(mine.member == bot.id());
    BOOST_TEST(mine.sender == "<bot>");
    BOOST_TEST(next().member == other.id());
    BOOST_TEST(ann.line() == "<bot>");
    BOOST_TEST(ann.line() == "mine");
    BOOST_TEST(ann.line() == "<Eve>");
    BOOST_CHECK_THROW((void)h.room.add_speaker("a>b"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_line_to_one_that_is_leaving_costs_it_nothing)
{
    party p;
    auto ann = p.h.enter();
    const auto her = p.who.at(0);
    ann.say("/quit\n");
    BOOST_TEST(ann.line() == "(end)");  // it lingers: ann has not closed
    (void)her.send("too late");
    (void)p.list();
    ann.say("x");
    ann.socket().shutdown(asio::socket_base::shutdown_send);
    BOOST_TEST(p.h.events->saw("left quit"));
    BOOST_TEST(p.h.events->times("left reset") == 0);
}

BOOST_AUTO_TEST_CASE(observers_hear_of_the_address_of_a_member_with_a_name)
{
    struct watcher final : observer {
        void left(member_id, std::string_view address, disconnect_reason) override { last = address; }
        std::string last;
    };
    const auto seen = std::make_shared<watcher>();
    asio::io_context io;
    std::string address;
    room_policy policy;
    policy.joined = [&](const member& who) {
        address = who.address();
        (void)who.rename("Ann");
        (void)who.disconnect();
    };
    tcp_room_options options;
    options.drain_timeout = 0ms;
    tcp_room tcp{io.get_executor(), room{{}, seen, policy}, options};
    const auto at = tcp.listen({asio::ip::address_v4::loopback(), 0});
    asio::co_spawn(io, tcp.run(), asio::detached);
    test_client ann{at};
    for (int i = 0; i < 1000 && seen->last.empty(); ++i) {
        io.run_one_for(10ms);
    }
    BOOST_TEST(seen->last == address);
    BOOST_TEST(!address.empty());
}

BOOST_AUTO_TEST_SUITE_END()
