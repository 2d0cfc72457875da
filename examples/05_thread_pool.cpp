// SPDX-License-Identifier: BSL-1.0
// On a thread pool of yours: each shard serves its share of the members on one thread at a time, and you lock nothing.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <iostream>

namespace asio = boost::asio;

int main()
{
    constexpr std::size_t threads = 4;
    asio::thread_pool pool{threads};
    chatroom::tcp_room tcp{pool.get_executor(), chatroom::room{}, {.server = {.shards = threads}}};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::signal_set signals{pool, SIGTERM};
    signals.async_wait([&](auto, auto) { tcp.stop(); });
    asio::co_spawn(pool, tcp.run(), asio::detached);
    pool.join();
}
