// SPDX-License-Identifier: BSL-1.0
// A room over UDP: `#ping#` makes a member and, sent every few seconds, keeps it one.
#include <chatroom/udp_room.hpp>

#include <boost/asio.hpp>

#include <iostream>

int main()
{
    boost::asio::io_context io;
    chatroom::udp_room udp{io.get_executor(), chatroom::room{}};
    std::cout << "listening " << udp.listen({boost::asio::ip::address_v4::loopback(), 0}) << std::endl;
    boost::asio::co_spawn(io, udp.run(), boost::asio::detached);
    io.run();
}
