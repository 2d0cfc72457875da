// SPDX-License-Identifier: BSL-1.0
// A chat room in five lines.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <iostream>

int main()
{
    boost::asio::io_context io;
    chatroom::tcp_room tcp{io.get_executor(), chatroom::room{}};
    std::cout << "listening " << tcp.listen({boost::asio::ip::address_v4::loopback(), 0}) << std::endl;
    boost::asio::co_spawn(io, tcp.run(), boost::asio::detached);
    io.run();
}
