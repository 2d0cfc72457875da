// SPDX-License-Identifier: BSL-1.0
// Browsers in a conversation: names, several rooms, commands.
#include "web_fixture.hpp"

#include <chatroom/conversation.hpp>

namespace {

struct talk_fixture {
    explicit talk_fixture(const conversation_options& options = {})
        : talk{io.get_executor(), options, events, time},
          tcp{io.get_executor(), talk.entry(), {}, time, web_service{talk.directory()}.wire()},
          at{tcp.listen({asio::ip::address_v4::loopback(), 0})}
    {
        asio::co_spawn(io, tcp.run(), asio::detached);
        thread = std::jthread{[this] { io.run(); }};
    }
    ~talk_fixture()
    {
        tcp.close();
        talk.stop();
        thread.join();
    }

    asio::io_context io;
    std::shared_ptr<recording_observer> events = std::make_shared<recording_observer>();
    std::shared_ptr<manual_clock> time = std::make_shared<manual_clock>();
    conversation talk;
    tcp_room tcp;
    asio::ip::tcp::endpoint at;
    std::jthread thread;
};

// The next frame that has `part` in it.
std::string until(web_peer& from, std::string_view part)
{
    for (;;) {
        const auto heard = from.hear();
        if (heard.find(part) != heard.npos || heard == "(end)") {
            return heard;
        }
    }
}

std::string run(web_peer& who, const std::string& room_name, const std::string& line)
{
    who.say(R"({"rpc":{"method":"command","data":{"room":")" + room_name + R"(","text":")" + line + R"("}},"id":99})");
    return until(who, R"({"id":99,)");
}

std::string subscribe(web_peer& who, const std::string& channel)
{
    who.say(R"({"subscribe":{"channel":")" + channel + R"("},"id":50})");
    return until(who, R"({"id":50,)");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(web_conversation)

BOOST_AUTO_TEST_CASE(people_have_names_and_are_in_several_rooms)
{
    talk_fixture f;
    web_peer ann{f.at};
    ann.enter("Ann");
    BOOST_TEST(subscribe(ann, "den").starts_with(R"({"id":50,"subscribe":{)"));
    test_client bob{f.at};
    bob.say("/name Bob\n/join den\n");
    BOOST_TEST(until(ann, R"("channel":"den","join":{"info":{"user":"Bob")") != "(end)");
    BOOST_TEST(run(ann, "lobby", "/who").find("lobby, 1 here: <Ann> #") != std::string::npos);
    BOOST_TEST(run(ann, "den", "/who").find("den, 2 here: <Ann> #") != std::string::npos);
    BOOST_TEST(run(ann, "attic", "/who").find("you are not in attic") != std::string::npos);
    BOOST_TEST(run(ann, "den", "/join attic").find("by subscribing") != std::string::npos);
    (void)run(ann, "den", "/me waves");
    while (bob.line() != "/me waves") {
    }
    ann.say(R"({"unsubscribe":{"channel":"den"},"id":51})");
    (void)until(ann, R"({"id":51,)");
    while (bob.line() != "<Ann> left") {
    }
    ann.raw().reset();
    BOOST_TEST(f.events->saw("disconnected reset"));
    test_client eve{f.at};
    eve.say("/who\n");
    BOOST_TEST(eve.hear().starts_with("lobby, 1 here: 127.0.0.1:"));
    eve.say("/name ann\n");
    BOOST_TEST(eve.hear().starts_with("ann has just lost its connection"));
}

BOOST_AUTO_TEST_CASE(a_key_takes_a_name_over_and_without_it_the_name_is_taken)
{
    talk_fixture f;
    const auto connect = [](const std::string& name, const std::string& key) {
        return R"({"connect":{"data":{"name":")" + name + R"(","key":")" + key + R"("}},"id":1})";
    };
    web_peer ann{f.at};
    ann.upgrade().say(connect("Ann", "the secret"));
    BOOST_TEST(ann.hear().find(R"("name":"Ann")") != std::string::npos);
    web_peer eve{f.at};
    eve.upgrade().say(connect("ann", "another key"));
    BOOST_TEST(eve.hear() == R"({"id":1,"error":{"code":409,"message":"ann is taken, or looks like a name that is"}})");
    f.time->advance(2s);  // after a wrong key its address has to wait
    web_peer odd{f.at};
    odd.upgrade().say(connect("a b", ""));
    BOOST_TEST(odd.hear().starts_with(R"({"id":1,"error":{"code":409,)"));
    web_peer again{f.at};
    again.upgrade().say(connect("Ann", "the secret"));
    BOOST_TEST(again.hear().find(R"("name":"Ann")") != std::string::npos);
    BOOST_TEST(ann.hear().starts_with("close 3503 "));
}

BOOST_AUTO_TEST_CASE(rooms_are_named_as_they_are_and_twenty_are_enough)
{
    talk_fixture f;
    web_peer ann{f.at};
    ann.enter("Ann");
    BOOST_TEST(subscribe(ann, "Lobby").find("that room is called lobby") != std::string::npos);
    BOOST_TEST(subscribe(ann, "a/b").find(R"("code":102)") != std::string::npos);
    for (char letter = 'a'; letter < 'a' + 19; ++letter) {
        BOOST_TEST(subscribe(ann, std::string("room") + letter).starts_with(R"({"id":50,"subscribe":{)"));
    }
    BOOST_TEST(subscribe(ann, "onemore").find("you are in too many rooms") != std::string::npos);
    BOOST_TEST(f.talk.rooms() == 20U);
    ann.raw().reset();
    BOOST_TEST(f.events->saw("disconnected reset"));
    for (int i = 0; i < 1000 && f.talk.rooms() != 1; ++i) {
        std::this_thread::sleep_for(10ms);
    }
    BOOST_TEST(f.talk.rooms() == 1U);
}

BOOST_AUTO_TEST_CASE(a_server_with_a_password_asks_for_it)
{
    conversation_options options;
    options.password_hash = hash_password("open");
    talk_fixture f{options};
    const auto connect = [](const std::string& password) {
        return R"({"connect":{"data":{"name":"Ann","password":")" + password + R"("}},"id":1})";
    };
    web_peer without{f.at};
    without.upgrade().say(connect(""));
    BOOST_TEST(without.hear() == R"({"id":1,"error":{"code":101,"message":"this server has a password"}})");
    web_peer with{f.at};
    with.upgrade().say(connect("open"));
    BOOST_TEST(with.hear().find(R"("name":"Ann")") != std::string::npos);
    BOOST_TEST(subscribe(with, "lobby").starts_with(R"({"id":50,"subscribe":{)"));
    web_peer wrong{f.at};
    wrong.upgrade().say(connect("shut"));
    BOOST_TEST(wrong.hear() == R"({"id":1,"error":{"code":101,"message":"that is the wrong password"}})");
}

BOOST_AUTO_TEST_SUITE_END()
