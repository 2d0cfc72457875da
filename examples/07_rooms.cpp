// SPDX-License-Identifier: BSL-1.0
// Several rooms in one process, over the same threads. They share nothing but the executor.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <iostream>
#include <list>

namespace asio = boost::asio;

int main()
{
    asio::io_context io;
    std::list<chatroom::tcp_room> rooms;
    for (int i = 0; i < 3; ++i) {
        auto& tcp = rooms.emplace_back(io.get_executor(), chatroom::room{});
        std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
        asio::co_spawn(io, tcp.run(), asio::detached);
    }
    asio::signal_set signals{io, SIGTERM};
    signals.async_wait([&](auto, auto) {
        for (auto& tcp : rooms) {
            tcp.stop();
        }
    });
    io.run();
}
