// SPDX-License-Identifier: BSL-1.0
// Browsers, nc and telnet in one conversation, at one port: open the address that it prints.
#include <chatroom/conversation.hpp>
#include <chatroom/tcp_room.hpp>
#include <chatroom/web.hpp>

#include <boost/asio.hpp>

#include <iostream>

int main()
{
    boost::asio::io_context io;
    chatroom::conversation talk{io.get_executor()};
    const chatroom::web_service web{talk.directory()};
    chatroom::tcp_room tcp{io.get_executor(), talk.entry(), {}, {}, web.wire()};
    std::cout << "listening " << tcp.listen({boost::asio::ip::address_v4::loopback(), 0}) << std::endl;
    boost::asio::co_spawn(io, tcp.run(), boost::asio::detached);
    io.run();
}
