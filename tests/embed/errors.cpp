// SPDX-License-Identifier: BSL-1.0
// Exceptions and error codes as the headers promise them.
#include "room_fixture.hpp"

#include <chatroom/serve/tcp_server.hpp>
#include <chatroom/serve/udp_server.hpp>
#include <chatroom/tcp_client.hpp>
#include <chatroom/udp_room.hpp>

#include <functional>

using namespace chatroom;
using namespace chatroom::detail;
namespace asio = boost::asio;

namespace {

const asio::ip::tcp::endpoint loopback{asio::ip::address_v4::loopback(), 0};

template <typename Awaitable>
error_code outcome(asio::io_context& io, Awaitable awaitable)
{
    error_code ec;
    asio::co_spawn(io, std::move(awaitable), [&ec](std::exception_ptr failure, auto&&...) {
        if (failure) {
            ec = to_error_code(failure);
        }
    });
    io.restart();
    io.run();
    return ec;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(embed_errors)

BOOST_AUTO_TEST_CASE(publish_returns_each_error_that_it_names)
{
    room r;
    BOOST_TEST(!r.publish("1.2.3.4:5", "hi"));
    BOOST_TEST(!r.publish("[::1]:5", "hi"));
    BOOST_TEST((r.publish("ann", "hi") == error::invalid_sender));
    BOOST_TEST((r.publish("") == error::empty_text));
    BOOST_TEST((r.publish("\x01\x02") == error::empty_text));
    BOOST_TEST((r.publish("a\nb") == error::contains_newline));
    BOOST_TEST((r.publish(std::string(4097, 'x')) == error::text_too_long));
    BOOST_TEST(!r.publish(std::string(4096, 'x')));
    r.stop();
    BOOST_TEST((r.publish("hi") == error::closed));
}

BOOST_AUTO_TEST_CASE(every_error_and_reason_has_words_of_its_own)
{
    std::vector<std::string> words;
    for (int e = static_cast<int>(error::closed); e <= static_cast<int>(error::already_running); ++e) {
        words.push_back(error_category().message(e));
    }
    for (std::size_t r = 0; r < disconnect_reason_count; ++r) {
        words.emplace_back(to_string(static_cast<disconnect_reason>(r)));
    }
    std::sort(words.begin(), words.end());
    BOOST_TEST((std::adjacent_find(words.begin(), words.end()) == words.end()));
    BOOST_TEST(!words.front().empty());
}

BOOST_AUTO_TEST_CASE(an_option_out_of_its_range_is_an_invalid_argument_that_names_it)
{
    asio::io_context io;
    const auto complaint = [&io](const std::function<void(room_options&, tcp_room_options&)>& spoil) {
        room_options r;
        tcp_room_options t;
        spoil(r, t);
        try {
            tcp_room tcp{io.get_executor(), room{r}, t};
        } catch (const std::invalid_argument& e) {
            return std::string{e.what()};
        }
        return std::string{};
    };
    const auto names = [&](const char* option, const std::function<void(room_options&, tcp_room_options&)>& spoil) {
        const auto text = complaint(spoil);
        BOOST_TEST(text.find(option) != text.npos, option << ": " << text);
    };
    names("max_message", [](auto& r, auto&) { r.max_message = 63; });
    names("max_message", [](auto& r, auto&) { r.max_message = 60'001; });
    names("log_bytes", [](auto& r, auto&) { r.log_bytes = 256 * 1024 - 1; });
    names("shards", [](auto&, auto& t) { t.server.shards = 0; });
    names("listen_backlog", [](auto&, auto& t) { t.server.listen_backlog = 0; });
    names("burst", [](auto&, auto& t) { t.members.burst = 0; });
    names("drain_timeout", [](auto&, auto& t) { t.drain_timeout = std::chrono::milliseconds{-1}; });
    names("message_gap", [](auto&, auto& t) { t.message_gap = std::chrono::milliseconds{0}; });
    names("line_timeout", [](auto&, auto& t) { t.line_timeout = std::chrono::milliseconds{0}; });
    names("peer_timeout", [](auto&, auto& t) { t.server.peer_timeout = std::chrono::milliseconds{7'999}; });
    names("linger_read_limit", [](auto&, auto& t) { t.linger_read_limit = std::size_t{2} << 30; });
    BOOST_TEST(complaint([](auto&, auto&) {}) == "");
}

BOOST_AUTO_TEST_CASE(listening_where_another_does_throws_address_in_use_and_the_room_works_on)
{
    asio::io_context io;
    tcp_room first{io.get_executor(), room{}};
    tcp_room second{io.get_executor(), room{}};
    const auto at = first.listen(loopback);
    BOOST_CHECK_EXCEPTION(second.listen(at), boost::system::system_error,
                          [](const auto& e) { return e.code() == boost::system::errc::address_in_use; });
    BOOST_TEST(second.listen(loopback).port() != 0);
}

BOOST_AUTO_TEST_CASE(running_twice_and_listening_after_stop_are_errors_and_hold_no_port)
{
    asio::io_context io;
    const auto refused = [](auto act) {
        try {
            act();
        } catch (const boost::system::system_error& e) {
            return e.code();
        }
        return error_code{};
    };
    const auto check = [&](auto& server, auto endpoint) {
        asio::co_spawn(io, server.run(), asio::detached);
        BOOST_TEST((refused([&] { (void)server.run(); }) == error::already_running));
        endpoint.port(server.listen(endpoint).port());
        server.stop();
        io.run();
        io.restart();
        BOOST_TEST((refused([&] { server.listen(endpoint); }) == error::closed));
        typename decltype(endpoint)::protocol_type::socket{io, endpoint};  // the port is free
    };
    const asio::ip::udp::endpoint datagrams{loopback.address(), 0};
    tcp_room tcp{io.get_executor(), room{}};
    check(tcp, loopback);
    udp_room udp{io.get_executor(), room{}};
    check(udp, datagrams);
    tcp_server bare{io.get_executor(), [](connection) -> task<> { co_return; }};
    check(bare, loopback);
    udp_server plain{io.get_executor(), [](const receive_batch&, send_batch&) {}};
    check(plain, datagrams);
}

BOOST_AUTO_TEST_CASE(a_follower_of_a_stopped_room_hears_what_was_said_and_then_closed)
{
    asio::io_context io;
    room r;
    auto reader = r.follow(io.get_executor());
    BOOST_TEST(!r.publish("last"));
    r.stop();
    BOOST_TEST(!outcome(io, reader.next()));
    BOOST_TEST((outcome(io, reader.next()) == error::closed));
    BOOST_TEST((outcome(io, reader.next()) == error::closed));
}

BOOST_AUTO_TEST_CASE(a_client_says_why_it_did_not_connect)
{
    asio::io_context io;
    std::string port;
    {
        asio::ip::tcp::acceptor nobody{io, loopback};
        port = std::to_string(nobody.local_endpoint().port());
    }
    tcp_client client{io.get_executor()};
    BOOST_TEST((outcome(io, client.connect("127.0.0.1", port)) == boost::system::errc::connection_refused));
}

BOOST_AUTO_TEST_SUITE_END()
