// SPDX-License-Identifier: BSL-1.0
// The serving layer for datagrams: a handler of yours for each batch of them. Ends at SIGTERM.
#include <chatroom/serve/udp_server.hpp>

#include <boost/asio.hpp>

#include <iostream>

namespace asio = boost::asio;

void echo(const chatroom::receive_batch& batch, chatroom::send_batch& answers)
{
    for (std::size_t i = 0; i < batch.size(); ++i) {
        answers.add(batch[i].sender, batch[i].local, batch[i].bytes);
    }
}

int main()
{
    asio::io_context io;
    chatroom::udp_server server{io.get_executor(), echo};
    std::cout << "listening " << server.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::signal_set signals{io, SIGTERM};
    signals.async_wait([&](auto, auto) { server.stop(); });
    asio::co_spawn(io, server.run(), asio::detached);
    io.run();
}
