// SPDX-License-Identifier: BSL-1.0
// A bridge between two rooms carries what is said from each to the other, and knows its own words by its id there.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <iostream>

namespace asio = boost::asio;

asio::awaitable<void> carry(chatroom::room from, chatroom::speaker here, chatroom::speaker there)
{
    auto reader = from.follow(co_await asio::this_coro::executor);
    for (;;) {
        auto reading = reader.next();
        const auto heard = co_await std::move(reading);
        if (heard.member != here.id()) {
            (void)there.publish(heard.sender, heard.text);
        }
    }
}

int main()
{
    asio::io_context io;
    chatroom::room red;
    chatroom::room blue;
    chatroom::tcp_room red_tcp{io.get_executor(), red};
    chatroom::tcp_room blue_tcp{io.get_executor(), blue};
    const auto in_red = red.add_speaker("bridge");
    const auto in_blue = blue.add_speaker("bridge");
    asio::co_spawn(io, carry(red, in_red, in_blue), asio::detached);
    asio::co_spawn(io, carry(blue, in_blue, in_red), asio::detached);
    std::cout << "listening " << red_tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    std::cout << "listening " << blue_tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::co_spawn(io, red_tcp.run(), asio::detached);
    asio::co_spawn(io, blue_tcp.run(), asio::detached);
    io.run();
}
