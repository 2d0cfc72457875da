// SPDX-License-Identifier: BSL-1.0
// Reading along: a follower is a position in the room's log. It owns no queue, and is told what it has missed.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <iostream>

namespace asio = boost::asio;

asio::awaitable<void> write_down(chatroom::follower reader)
{
    for (;;) {
        auto reading = reader.next();
        const auto heard = co_await std::move(reading);
        if (heard.skipped != 0) {
            std::cout << "(" << heard.skipped << " missed)" << std::endl;
        }
        std::cout << heard.sequence << ' ' << heard.text << std::endl;
    }
}

int main()
{
    asio::io_context io;
    chatroom::room room;
    (void)room.publish("said before");
    chatroom::tcp_room tcp{io.get_executor(), room};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    constexpr std::size_t replay = 1;  // from one message ago on
    asio::co_spawn(io, write_down(room.follow(io.get_executor(), replay)), [](std::exception_ptr end) {
        try {
            std::rethrow_exception(end);
        } catch (const boost::system::system_error& e) {
            std::cout << "the end: " << (e.code() == chatroom::error::closed) << std::endl;
        }
    });
    asio::signal_set signals{io, SIGTERM};
    signals.async_wait([&](auto, auto) {
        room.stop();
        tcp.stop();
    });
    asio::co_spawn(io, tcp.run(), asio::detached);
    io.run();
}
