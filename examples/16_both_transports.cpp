// SPDX-License-Identifier: BSL-1.0
// One room, two transports: who comes over TCP and who comes over UDP hear one another, in the one order.
#include <chatroom/tcp_room.hpp>
#include <chatroom/udp_room.hpp>

#include <boost/asio.hpp>

#include <iostream>

namespace asio = boost::asio;

int main()
{
    asio::io_context io;
    chatroom::room room;
    chatroom::tcp_room tcp{io.get_executor(), room};
    chatroom::udp_room udp{io.get_executor(), room};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    std::cout << "listening " << udp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::signal_set signals{io, SIGTERM};
    signals.async_wait([&](auto, auto) {
        tcp.stop();
        udp.stop();
    });
    asio::co_spawn(io, tcp.run(), asio::detached);
    asio::co_spawn(io, udp.run(), asio::detached);
    io.run();
}
