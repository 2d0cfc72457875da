// SPDX-License-Identifier: BSL-1.0
// The serving layer over UDP: a handler of yours for each batch of datagrams. Ends at SIGTERM.
#include <chatroom/serve/udp_server.hpp>

#include <boost/asio.hpp>

#include <iostream>

namespace asio = boost::asio;

void echo(const chatroom::receive_batch& batch, chatroom::send_batch& answers)
{
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto one = batch[i];
        answers.add(one.sender, one.local, one.bytes);  // from the address that it came to
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
