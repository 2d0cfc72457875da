// SPDX-License-Identifier: BSL-1.0
// A client over TCP or UDP: one function talks over either. Any completion token will do, and what takes too long is
// cancelled.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <iostream>

namespace asio = boost::asio;
using namespace std::chrono_literals;

asio::awaitable<void> talk(chatroom::client* link, std::string port)
{
    auto connecting = link->connect("127.0.0.1", port);
    co_await std::move(connecting);
    auto sending = link->send("hello");
    co_await std::move(sending);
    auto receiving = link->receive();
    const auto message = co_await std::move(receiving);
    std::cout << (message ? message->text : "closed") << std::endl;

    asio::cancellation_signal cancel;
    asio::steady_timer timer{link->get_executor(), 100ms};
    timer.async_wait([&cancel](chatroom::error_code ec) {
        if (!ec) {
            cancel.emit(asio::cancellation_type::terminal);
        }
    });
    auto token = asio::bind_cancellation_slot(cancel.slot(), asio::as_tuple(asio::use_awaitable));
    auto next = asio::co_spawn(link->get_executor(), link->receive(), token);
    const auto [failure, nothing] = co_await std::move(next);
    std::cout << (failure ? chatroom::to_error_code(failure).message() : "received") << std::endl;

    asio::co_spawn(link->get_executor(), link->receive(), asio::detached);  // notices that the server closes
    auto leaving = link->leave();
    co_await std::move(leaving);
}

int main()
{
    asio::io_context io;
    const chatroom::room room;
    chatroom::tcp_room tcp{io.get_executor(), room};
    chatroom::udp_room udp{io.get_executor(), room};
    const auto at = tcp.listen({asio::ip::address_v4::loopback(), 0});
    std::cout << "listening " << at << std::endl;
    udp.listen({at.address(), at.port()});
    asio::co_spawn(io, tcp.run(), asio::detached);
    asio::co_spawn(io, udp.run(), asio::detached);

    chatroom::tcp_client over_tcp{io.get_executor()};
    chatroom::udp_client over_udp{io.get_executor()};
    const auto port = std::to_string(at.port());
    asio::co_spawn(io, talk(&over_tcp, port), [&](std::exception_ptr) {
        asio::co_spawn(io, talk(&over_udp, port), [&](std::exception_ptr) {
            tcp.stop();
            udp.stop();
        });
    });
    io.run();
}
