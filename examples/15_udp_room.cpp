// SPDX-License-Identifier: BSL-1.0
// A room over UDP: who sends #ping# is a member, as long as one comes every 10 seconds.
#include <chatroom/chatroom.hpp>

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
