// SPDX-License-Identifier: BSL-1.0
// A thread of yours speaks in the room. publish() never waits: it says when members are too far behind.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <chrono>
#include <iostream>
#include <stop_token>
#include <string>
#include <thread>

namespace asio = boost::asio;
using namespace std::chrono_literals;

void count(std::stop_token stop, chatroom::room room)
{
    for (int i = 1; !stop.stop_requested();) {
        const auto refused = room.publish(std::to_string(i));
        if (refused && refused != chatroom::error::would_block) {
            std::cout << "refused: " << refused.message() << std::endl;
            return;
        }
        i += refused ? 0 : 1;
        std::this_thread::sleep_for(refused ? 10ms : 50ms);
    }
}

int main()
{
    asio::io_context io;
    chatroom::room room;
    chatroom::tcp_room tcp{io.get_executor(), room};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    std::jthread counter{count, room};
    asio::signal_set signals{io, SIGTERM};
    signals.async_wait([&](auto, auto) {
        room.stop();  // publish() and next() say error::closed from now on, and every transport stops
        tcp.stop();   // stops one transport; after room.stop() there is nothing left to do
    });
    asio::co_spawn(io, tcp.run(), asio::detached);
    io.run();
}
