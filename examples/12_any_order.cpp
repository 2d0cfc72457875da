// SPDX-License-Identifier: BSL-1.0
// Stop and destroy in any order, with members inside: a destructor stops and waits for nothing. The context outlives
// all.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <iostream>
#include <optional>

namespace asio = boost::asio;

int main()
{
    asio::io_context io;
    std::optional<chatroom::room> room{std::in_place};
    std::optional<chatroom::tcp_room> tcp{std::in_place, io.get_executor(), *room};
    std::optional<chatroom::follower> reader{room->follow(io.get_executor())};
    std::cout << "listening " << tcp->listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::co_spawn(io, tcp->run(), [](std::exception_ptr) { std::cout << "the last member is gone" << std::endl; });
    asio::co_spawn(io, reader->next(), [&](std::exception_ptr end, chatroom::message) {
        if (end) {
            return;
        }
        room.reset();    // a handle: the room lives on with those who serve it and read it
        tcp.reset();     // closes its members' connections
        reader.reset();  // its next() would complete with error::closed
    });
    io.run();
    std::cout << "nothing is left to do" << std::endl;
}
