// SPDX-License-Identifier: BSL-1.0
// websocket_client against a room of the same process, over a socket.
#include "client/client_fixture.hpp"
#include "web_fixture.hpp"

#include <chatroom/websocket_client.hpp>

struct client_and_room : client_fixture {
    web_fixture server;

    websocket_client make(const std::string& name = "bob")
    {
        websocket_client_options options;
        options.place = place;
        place->name = name;
        place->key = "key of " + name;
        return websocket_client{io.get_executor(), options};
    }

    error_code connect(websocket_client& one)
    {
        return error_of(one.connect("127.0.0.1", std::to_string(server.h.at.port())));
    }

    /// Receives up to the message with that text; the kinds of the others, and its own.
    received_message until(websocket_client& from, const std::string& text)
    {
        for (;;) {
            auto heard = complete(from.receive());
            BOOST_TEST_REQUIRE(heard->value.has_value(), "the end, before " << text);
            if (heard->value->text == text) {
                return std::move(*heard->value);
            }
        }
    }

    std::shared_ptr<websocket_place> place = std::make_shared<websocket_place>();
};

BOOST_FIXTURE_TEST_SUITE(client_against_room, client_and_room)

BOOST_AUTO_TEST_CASE(what_is_said_is_answered_and_comes_back)
{
    auto bob = make();
    BOOST_TEST_REQUIRE(!connect(bob));
    BOOST_TEST(!error_of(bob.send_once("hi", "1")));
    const auto hi = until(bob, "hi");
    BOOST_TEST(hi.own);
    BOOST_TEST(hi.sender == "<bob>");
    BOOST_TEST((hi.kind == received_kind::text));
    BOOST_TEST((std::chrono::system_clock::now() - hi.time < 10s));
    BOOST_TEST(!error_of(bob.send("/slow")));
    until(bob, "lobby: /slow");
    until(bob, "done");
    BOOST_TEST(!error_of(bob.leave()));
    BOOST_TEST(!bob.close_reason());
}

BOOST_AUTO_TEST_CASE(the_next_client_goes_on_where_the_last_has_ended)
{
    {
        auto bob = make();
        BOOST_TEST_REQUIRE(!connect(bob));
        until(bob, "you are in lobby, 1 here");
    }
    for (int i = 0; i < 300; ++i) {
        BOOST_TEST(!server.lobby().publish("line " + std::to_string(i)));
    }
    auto bob = make();
    BOOST_TEST_REQUIRE(!connect(bob));
    for (int i = 0; i < 300;) {
        const auto heard = complete(bob.receive());
        BOOST_TEST_REQUIRE(heard->value.has_value());
        if (heard->value->text.starts_with("line ")) {
            BOOST_TEST_REQUIRE(heard->value->text == "line " + std::to_string(i++));
            BOOST_TEST(!heard->value->history);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_cancelled_receive_loses_nothing_and_a_close_ends_what_is_pending)
{
    auto bob = make();
    BOOST_TEST_REQUIRE(!connect(bob));
    until(bob, "you are in lobby, 1 here");
    const auto cancelled = start(bob.receive());
    turn();
    cancelled->cancel();
    client_fixture::until([&] { return cancelled->done; });
    BOOST_TEST((cancelled->error == asio::error::operation_aborted));
    BOOST_TEST(!server.lobby().publish("still"));
    until(bob, "still");
    const auto pending = start(bob.receive());
    turn();
    bob.close();
    client_fixture::until([&] { return pending->done; });
    BOOST_TEST(!pending->value.has_value());
    BOOST_TEST((error_of(bob.send("late")) == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(a_refusal_is_received_and_then_the_end_has_its_reason)
{
    auto bob = make("banned");
    BOOST_TEST_REQUIRE(!connect(bob));
    until(bob, "you are banned");
    BOOST_TEST(receive(bob) == "(end)");
    BOOST_TEST((bob.close_reason() == error_code{3507, websocket_category()}));
}

BOOST_AUTO_TEST_CASE(a_server_that_says_nothing_is_given_up_in_time)
{
    asio::ip::tcp::acceptor silent{io, {asio::ip::address_v4::loopback(), 0}};
    websocket_client_options options;
    options.connect_timeout = 50ms;
    websocket_client bob{io.get_executor(), options};
    const auto ec = error_of(bob.connect("127.0.0.1", std::to_string(silent.local_endpoint().port())));
    BOOST_TEST((ec == boost::system::errc::timed_out));
}

BOOST_AUTO_TEST_SUITE_END()
