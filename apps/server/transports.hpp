// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/tcp_room.hpp>
#include <chatroom/udp_room.hpp>

#include <boost/asio/awaitable.hpp>

#include <utility>

namespace server {

/// What serves the room. Any thread may call anything but run().
struct transports {
    chatroom::tcp_room tcp;
    chatroom::udp_room udp;

    void stop()
    {
        tcp.stop();
        udp.stop();
    }
    void close()
    {
        tcp.close();
        udp.close();
    }
    static boost::asio::awaitable<void> run(transports* self)
    {
        auto tcp_ends = self->tcp.run();
        auto udp_ends = self->udp.run();  // both begin here
        co_await std::move(tcp_ends);
        co_await std::move(udp_ends);
    }
};

}  // namespace server
