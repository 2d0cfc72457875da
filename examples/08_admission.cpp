// SPDX-License-Identifier: BSL-1.0
// Who may come in is yours to say, before a byte is read. (socketserver: verify_request)
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <iostream>

namespace asio = boost::asio;

int main()
{
    asio::io_context io;
    const auto unwelcome = asio::ip::make_address("127.0.0.2");
    const auto admit = [unwelcome](const asio::ip::tcp::endpoint& peer) { return peer.address() != unwelcome; };
    chatroom::tcp_room tcp{io.get_executor(), chatroom::room{}, {}, admit};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::co_spawn(io, tcp.run(), asio::detached);
    io.run();
}
