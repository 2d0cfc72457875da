// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>
#include <chatroom/options.hpp>
#include <chatroom/serve/datagrams.hpp>
#include <chatroom/serve/handler_memory.hpp>
#include <chatroom/serve/shard.hpp>
#include <chatroom/serve/task_group.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_datagram_socket.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace chatroom {

/// A UDP socket on a shard's strand.
using udp_socket = asio::basic_datagram_socket<asio::ip::udp, shard_executor>;

/// Takes the datagrams that came together, in the order of their arrival, on the strand of the port they came to. What
/// it adds to `answers` is sent when it returns, as soon as the socket takes it; nothing more is received before.
using datagram_handler = std::function<void(const receive_batch& batch, send_batch& answers)>;

/// What a udp_server tells its owner, as plain calls from any of its strands; an empty one is not called.
struct udp_server_hooks {
    /// Something failed and the server goes on: a word or two on where, and the exception; describe() has its words.
    /// (socketserver: handle_error)
    std::function<void(std::string_view, const std::exception_ptr&)> error;

    /// So many datagrams were dropped by the kernel since the last call, for want of a receive buffer.
    std::function<void(std::uint64_t)> receive_overflow;

    /// So many answers could not be sent, and why the last of them.
    std::function<void(std::uint64_t, error_code)> send_failed;
};

/// A socket of a udp_server, on one shard. With several shards, as many sockets share the port (SO_REUSEPORT), and the
/// kernel keeps each peer at one of them. Everything on the shard's strand, which a port keeps alive.
class CHATROOM_EXPORT udp_port {
  public:
    /// Made by a udp_server, for open_handler. Opens no socket yet.
    udp_port(std::shared_ptr<shard_list> shards, std::size_t shard_index, const udp_server_options& options);

    /// For options and for sending; the port itself receives from it.
    [[nodiscard]] udp_socket& socket() noexcept { return socket_; }

    /// The shards of the server, this port's among them.
    [[nodiscard]] const std::shared_ptr<shard_list>& shards() const noexcept { return shards_; }

    /// The strand that the handler is called on.
    [[nodiscard]] shard_executor get_executor() noexcept { return socket_.get_executor(); }

    /// Hands what waits in the socket to the handler, now, batch by batch, until nothing waits. It adds no answers.
    void receive_waiting();

    /// Receives no more; the system's port is free again when all of its sockets are closed.
    void close() noexcept;

  private:
    friend class CHATROOM_EXPORT udp_server;

    void open(const asio::ip::udp::endpoint& at, bool beside_others, const udp_server_options& options);
    void adopt(int descriptor, const udp_server_options& options);
    [[nodiscard]] bool receive(error_code& ec);
    void report_overflow() noexcept;

    const std::shared_ptr<shard_list> shards_;
    udp_socket socket_;
    asio::steady_timer::rebind_executor<shard_executor>::other pause_;
    handler_memory memory_;       // of the one wait of the port
    handler_memory stop_memory_;  // of the one post of stop()
    receive_batch received_;
    send_batch answers_;
    datagram_handler handler_;
    std::function<void(std::uint64_t)> overflow_hook_;
    std::uint32_t receive_overflow_ = 0;  // as last told
};

/// Receives datagrams in batches, on shards of any executor, and hands them to your handler. Knows nothing of chat.
///
/// Any thread may call anything, also a handler. Destroying it stops it and waits for nothing; the executor's context
/// outlives it.
class udp_server {
  public:
    /// Called for each port that opens, before it receives anything; returns the port's handler.
    using open_handler = std::function<datagram_handler(const std::shared_ptr<udp_port>&)>;
    struct raw_t {};               ///< The type of raw.
    static constexpr raw_t raw{};  ///< Picks the constructor that asks for each port's handler.

    /// Calls `handler` for each batch, on several shards at the same time. Throws std::invalid_argument if an option is
    /// out of its range.
    udp_server(const asio::any_io_executor& executor, datagram_handler handler, const udp_server_options& options = {},
               const udp_server_hooks& hooks = {});

    /// The form for an owner that keeps something for each port.
    udp_server(const asio::any_io_executor& executor, raw_t, open_handler open, const udp_server_options& options = {},
               const udp_server_hooks& hooks = {});

    ~udp_server();
    udp_server(const udp_server&) = delete;
    udp_server& operator=(const udp_server&) = delete;

    /// Binds; returns where, with the port that the system picked if 0 was asked for. May be called again, for more
    /// addresses. `[::]` serves IPv4 too. Throws boost::system::system_error: address_in_use if another server is
    /// there, though the shards share the address among themselves; error::closed after stop().
    asio::ip::udp::endpoint listen(const asio::ip::udp::endpoint& at);

    /// Takes over a UDP socket that is bound already, as a service manager passes it (sd_listen_fds(3)), and serves it
    /// on one shard; returns where it is bound. The descriptor is the server's from the call on, also when it throws.
    /// Throws boost::system::system_error: bad_descriptor, or invalid_argument if it is no UDP socket;
    /// error::closed after stop().
    asio::ip::udp::endpoint adopt(int descriptor);

    /// Where it listens. (socketserver: server_address)
    [[nodiscard]] std::vector<asio::ip::udp::endpoint> endpoints() const;

    /// Receives, from this call on. The awaitable completes after stop(), or after release_ports() when the last port
    /// is closed. A second call throws boost::system::system_error of error::already_running. (socketserver:
    /// serve_forever)
    [[nodiscard]] asio::awaitable<void> run();

    /// Closes every port. (socketserver: shutdown, without its deadlock)
    void stop();

    /// Opens no more ports, and leaves those there are to their owner, to be closed one by one.
    void release_ports();

  private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace chatroom
