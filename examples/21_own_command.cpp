// SPDX-License-Identifier: BSL-1.0
// A command of one's own: /roll throws dice, and the room sees what fell. It may wait; its member waits with it.
#include <chatroom/conversation.hpp>
#include <chatroom/tcp_room.hpp>

#include <boost/asio.hpp>

#include <charconv>
#include <chrono>
#include <iostream>
#include <random>
#include <string>

namespace asio = boost::asio;

asio::awaitable<void> roll(chatroom::conversation& talk, chatroom::member from, std::string arguments)
{
    int sides = 6;
    std::from_chars(arguments.data(), arguments.data() + arguments.size(), sides);
    if (sides < 2 || sides > 100) {
        (void)from.send("a die has 2 to 100 sides");
        co_return;
    }
    asio::steady_timer rolling{co_await asio::this_coro::executor, std::chrono::milliseconds{100}};
    auto waiting = rolling.async_wait(asio::use_awaitable);
    co_await std::move(waiting);
    std::random_device chance;
    const auto fell = std::uniform_int_distribution{1, sides}(chance);
    auto lobby = talk.find_room("lobby");
    (void)lobby->publish(from.sender() + " rolled " + std::to_string(fell) + " of " + std::to_string(sides));
}

int main()
{
    asio::io_context io;
    chatroom::conversation talk{io.get_executor()};
    talk.add_command("roll", "throws a die of 6 sides, or of as many as you say",
                     [&talk](chatroom::member from, std::string arguments) {
                         return roll(talk, std::move(from), std::move(arguments));
                     });
    chatroom::tcp_room tcp{io.get_executor(), talk.entry()};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::co_spawn(io, tcp.run(), asio::detached);
    io.run();
}
