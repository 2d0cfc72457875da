// SPDX-License-Identifier: BSL-1.0
// The first SIGTERM drains: every member receives all messages published so far. A second one closes at once.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <iostream>

namespace asio = boost::asio;

asio::awaitable<void> obey(asio::signal_set& signals, chatroom::tcp_room& tcp)
{
    co_await signals.async_wait(asio::use_awaitable);
    tcp.stop();
    co_await signals.async_wait(asio::use_awaitable);
    tcp.close();
}

int main()
{
    asio::io_context io;
    chatroom::tcp_room tcp{io.get_executor(), chatroom::room{}};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::signal_set signals{io, SIGTERM};
    asio::co_spawn(io, obey(signals, tcp), [](std::exception_ptr) {});
    asio::co_spawn(io, tcp.run(), [&](std::exception_ptr) { signals.cancel(); });
    io.run();
}
