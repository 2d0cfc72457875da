// SPDX-License-Identifier: BSL-1.0
// One room for both: members over TCP and over UDP hear each other, in one order.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <iostream>

namespace asio = boost::asio;

int main()
{
    asio::io_context io;
    const chatroom::room room;
    const chatroom::shared_limits limits{10'000, 64};  // members, and those of one address
    chatroom::tcp_room tcp{io.get_executor(), room, {.members = {.shared = limits}}};
    chatroom::udp_room udp{io.get_executor(), room, {.members = {.shared = limits}}};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    std::cout << "listening " << udp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::co_spawn(io, tcp.run(), asio::detached);
    asio::co_spawn(io, udp.run(), asio::detached);
    io.run();
}
