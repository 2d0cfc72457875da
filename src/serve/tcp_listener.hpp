// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "serve/sockets.hpp"

#include <chatroom/options.hpp>
#include <chatroom/serve/executor.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>

namespace chatroom {

/// A socket that a tcp_server listens on, and what its accept loop keeps. All on the strand of `executor`.
struct tcp_listener {
    explicit tcp_listener(shard_executor executor) : acceptor{executor}, back_off{executor} { open_spare(); }

    /// Binds and listens. Throws boost::system::system_error, as adopt().
    void open(const asio::ip::tcp::endpoint& at, const tcp_server_options& options);

    /// Takes over a descriptor that listens already; it is this one's, or closed.
    void adopt(int descriptor, const tcp_server_options& options);

    /// Who waits first; without a descriptor, errno says why.
    unique_fd accept(asio::ip::tcp::endpoint& peer) noexcept;

    void open_spare() noexcept;

    asio::basic_socket_acceptor<asio::ip::tcp, shard_executor> acceptor;
    asio::steady_timer::rebind_executor<shard_executor>::other back_off;
    unique_fd spare;                     // given up to accept a caller for whom there is no other
    std::chrono::milliseconds pause{0};  // grows while the system has no resources for a caller
};

}  // namespace chatroom
