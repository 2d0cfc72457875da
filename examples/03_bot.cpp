// SPDX-License-Identifier: BSL-1.0
// A bot is a follower of the room: it hears what the members hear, and answers as the room itself.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <iostream>

namespace asio = boost::asio;

asio::awaitable<void> bot(chatroom::room room)
{
    auto reader = room.follow(co_await asio::this_coro::executor);
    for (;;) {
        auto reading = reader.next();
        const auto heard = co_await std::move(reading);
        if (heard.text == "!members") {
            (void)room.publish("members here: " + std::to_string(room.members()));
        }
    }
}

int main()
{
    asio::io_context io;
    chatroom::room room;
    chatroom::tcp_room tcp{io.get_executor(), room};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::co_spawn(io, bot(room), [](std::exception_ptr) {});  // it ends with the room: next() throws error::closed
    asio::co_spawn(io, tcp.run(), asio::detached);
    io.run();
}
