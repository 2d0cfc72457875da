// SPDX-License-Identifier: BSL-1.0
// Names, private messages, several rooms, /who and /help: the whole conversation in ten lines. Try /help with nc.
#include <chatroom/conversation.hpp>
#include <chatroom/tcp_room.hpp>

#include <boost/asio.hpp>

#include <iostream>

int main()
{
    boost::asio::io_context io;
    chatroom::conversation talk{io.get_executor()};
    chatroom::tcp_room tcp{io.get_executor(), talk.entry()};
    std::cout << "listening " << tcp.listen({boost::asio::ip::address_v4::loopback(), 0}) << std::endl;
    boost::asio::co_spawn(io, tcp.run(), boost::asio::detached);
    io.run();
}
