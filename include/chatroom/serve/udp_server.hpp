// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>
#include <chatroom/options.hpp>
#include <chatroom/serve/datagrams.hpp>
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
#include <utility>
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
    /// A datagram that fails fails for its port: there is no one peer. (socketserver: handle_error)
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
    /// Opens no socket yet.
    udp_port(std::shared_ptr<shard_list> shards, std::size_t shard_index, const udp_server_options& options,
             const udp_server_hooks& hooks);

    /// Binds; `beside_others` of the same server, which share the address. Throws boost::system::system_error.
    void open(const asio::ip::udp::endpoint& at, bool beside_others);

    /// Takes over a bound socket. Throws boost::system::system_error, and then the descriptor is closed.
    void adopt(int descriptor);

    /// What takes the datagrams; called once, before run().
    void on_receive(datagram_handler handler) { handler_ = std::move(handler); }

    /// Receives until the port is closed.
    [[nodiscard]] static task<> run(std::shared_ptr<udp_port> self);

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
    [[nodiscard]] std::chrono::milliseconds serve() noexcept;
    [[nodiscard]] bool receive(error_code& ec);
    [[nodiscard]] error_code answer();
    void report_overflow() noexcept;
    void report(std::string_view where, const std::exception_ptr& what) const noexcept;

    const std::shared_ptr<shard_list> shards_;
    const udp_server_options options_;
    const udp_server_hooks hooks_;
    udp_socket socket_;
    asio::steady_timer::rebind_executor<shard_executor>::other pause_;
    receive_batch received_;
    send_batch answers_;
    datagram_handler handler_;
    std::uint32_t receive_overflow_ = 0;  // as last told
};

/// Receives datagrams in batches, on shards of any executor, and hands them to your handler. Knows nothing of chat.
///
/// Any thread may call anything, also a handler. Destroying it stops it and waits for nothing; the executor's context
/// outlives it.
class CHATROOM_EXPORT udp_server {
  public:
    /// Called for each port that opens, before it receives anything; returns the port's handler.
    using open_handler = std::function<datagram_handler(const std::shared_ptr<udp_port>&)>;

    /// Calls `handler` for each batch, on several shards at the same time. Throws std::invalid_argument if an option is
    /// out of its range.
    udp_server(const asio::any_io_executor& executor, datagram_handler handler, const udp_server_options& options = {},
               const udp_server_hooks& hooks = {});

    /// The form for an owner that keeps something for each port.
    udp_server(const asio::any_io_executor& executor, open_handler open, const udp_server_options& options = {},
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
    /// is closed. Throws boost::system::system_error: error::already_running when called again; operation_aborted when
    /// the wait is cancelled (terminal), which stops nothing: it goes on receiving. (socketserver: serve_forever)
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
