// SPDX-License-Identifier: BSL-1.0
// The serving layer alone: a coroutine of yours for each connection. Ends at SIGTERM, when the last one is served.
#include <chatroom/serve/tcp_server.hpp>

#include <boost/asio.hpp>

#include <array>
#include <iostream>

namespace asio = boost::asio;

chatroom::task<> echo(chatroom::connection peer)
{
    std::array<char, 4096> buffer;
    for (;;) {
        const auto [ec, n] = co_await peer.stream.async_read_some(asio::buffer(buffer), asio::as_tuple(asio::deferred));
        if (ec) {
            co_return;
        }
        co_await asio::async_write(peer.stream, asio::buffer(buffer, n), asio::as_tuple(asio::deferred));
    }
}

int main()
{
    asio::io_context io;
    chatroom::tcp_server server{io.get_executor(), echo};
    std::cout << "listening " << server.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::signal_set signals{io, SIGTERM};
    signals.async_wait([&](auto, auto) { server.stop(); });
    asio::co_spawn(io, server.run(), asio::detached);
    io.run();
}
