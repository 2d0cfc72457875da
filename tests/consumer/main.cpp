// SPDX-License-Identifier: BSL-1.0
// Somebody else's program, with an io_context of its own: it links the library and has a word with itself.
#include <chatroom/room/room.hpp>
#include <chatroom/serve/tcp_server.hpp>
#include <chatroom/tcp_client.hpp>
#include <chatroom/tcp_room.hpp>
#include <chatroom/version.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>
#include <string>

namespace asio = boost::asio;

namespace {

asio::awaitable<void> talk(asio::io_context* io, chatroom::tcp_room* tcp, std::string port)
{
    chatroom::tcp_client client{io->get_executor()};
    auto connecting = client.connect("127.0.0.1", port);
    co_await std::move(connecting);
    auto saying = client.send("hello");
    co_await std::move(saying);
    auto receiving = client.receive();
    const auto received = co_await std::move(receiving);
    std::cout << CHATROOM_VERSION << " received " << (received ? received->text : "nothing") << std::endl;
    client.close();
    tcp->stop();
}

// A handler of its own makes the program instantiate what the library is built of: it has to be there to be linked.
chatroom::task<> hang_up(chatroom::connection peer)
{
    peer.stream.close();
    co_return;
}

}  // namespace

int main()
{
    asio::io_context io;
    chatroom::tcp_server server{io.get_executor(), hang_up};
    server.stop();
    chatroom::tcp_room tcp{io.get_executor(), chatroom::room{}};
    const auto at = tcp.listen({asio::ip::address_v4::loopback(), 0});
    asio::co_spawn(io, tcp.run(), [](std::exception_ptr) {});
    asio::co_spawn(io, talk(&io, &tcp, std::to_string(at.port())), [](std::exception_ptr failure) {
        if (failure) {
            std::rethrow_exception(failure);
        }
    });
    io.run();
}
