// SPDX-License-Identifier: BSL-1.0
// A member that does not read: nobody waits for it for long, and memory does not grow. Once the log has moved past it,
// it is let go; or, with the argument `skip`, moved up and told how many messages it has missed.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <chrono>
#include <iostream>
#include <string>
#include <thread>

namespace asio = boost::asio;

class journal : public chatroom::observer {
    void skipped(chatroom::member_id, std::uint64_t) override { std::cout << "skipped" << std::endl; }
    void left(chatroom::member_id, std::string_view, chatroom::disconnect_reason why) override
    {
        std::cout << "left " << to_string(why) << std::endl;
    }
};

void talk_on(chatroom::room room)
{
    const std::string text(4000, 'x');
    while (room.publish(text) != chatroom::error::closed) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
}

int main(int argc, char** argv)
{
    asio::io_context io;
    chatroom::room room{{.log_bytes = 256 * 1024}, std::make_shared<journal>()};
    chatroom::tcp_room_options options;
    options.members.slow_consumer = argc > 1 && argv[1] == std::string{"skip"}
                                        ? chatroom::slow_consumer_policy::skip
                                        : chatroom::slow_consumer_policy::disconnect;
    options.server.send_buffer = 16 * 1024;  // bytes that the kernel takes for a member that does not read
    chatroom::tcp_room tcp{io.get_executor(), room, options};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    std::jthread speaker{talk_on, room};
    asio::signal_set signals{io, SIGTERM};
    signals.async_wait([&](auto, auto) {
        room.stop();
        tcp.stop();
    });
    asio::co_spawn(io, tcp.run(), asio::detached);
    io.run();
}
