// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>
#include <chatroom/options.hpp>
#include <chatroom/serve/shard.hpp>
#include <chatroom/serve/task_group.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace chatroom {

/// A connection that was accepted, to be used on the strand of `shard`.
struct connection {
    tcp_stream stream;             ///< With TCP_NODELAY, and the keepalives of tcp_server_options::peer_timeout.
    asio::ip::tcp::endpoint peer;  ///< A v4-mapped address is v4 here.
    chatroom::shard& shard;        ///< Lives as long as tcp_server::shards() is shared.
    std::size_t shard_index;       ///< Of `shard` in tcp_server::shards().
    load_token load;               ///< Keep it while you serve the connection: new ones are dealt by it.
};

/// What a server asks and tells its owner, as plain calls from any of its strands; an empty one is not called.
struct tcp_server_hooks {
    /// Whether to serve this peer; one that is not is closed. (socketserver: verify_request)
    std::function<bool(const asio::ip::tcp::endpoint&)> verify;

    /// Something failed and the server goes on: a word or two on where, the exception, and the peer that it concerns,
    /// null if no one peer; describe() has the exception's words. (socketserver: handle_error)
    std::function<void(std::string_view, const std::exception_ptr&, const asio::ip::tcp::endpoint*)> error;

    /// A connection was closed without being served, since there was no descriptor for it, or max_connections were
    /// open.
    std::function<void(const asio::ip::tcp::endpoint&, error_code)> turned_away;
};

/// Accepts TCP connections, deals them to shards, and runs a coroutine of yours for each. Knows nothing of chat.
///
/// Any thread may call anything, also a handler. Destroying it stops it and waits for nothing; the executor's context
/// outlives it.
class CHATROOM_EXPORT tcp_server {
  public:
    /// Takes a connection on its shard's strand, and counts what it starts in tasks().
    using accept_handler = std::function<void(connection)>;

    /// Calls `handler(connection)` for each connection; the awaitable that it returns runs on the connection's shard,
    /// and an exception out of it goes to hooks.error. The handler is called from several shards at the same time.
    /// Throws std::invalid_argument if an option is out of its range.
    template <typename Handler>
        requires requires { typename std::invoke_result_t<Handler&, connection>::executor_type; }
    tcp_server(const asio::any_io_executor& executor, Handler handler, const tcp_server_options& options = {},
               const tcp_server_hooks& hooks = {})
        : tcp_server{executor, accept_handler{}, options, hooks}
    {
        // A coroutine that runs on a shard shares the shards.
        set_handler([handler = std::move(handler), tasks = tasks(), error = hooks.error,
                     owner = shards()](connection accepted) mutable {
            const auto where = accepted.shard.get_executor();
            const auto peer = accepted.peer;
            auto running = handler(std::move(accepted));
            tasks.spawn(where, std::move(running), [error, peer, owner](std::exception_ptr failure) {
                if (failure && error) {
                    error("handler", failure, &peer);
                }
            });
        });
    }

    /// The plain form, for a handler that starts what it wants for each connection, and returns nothing.
    tcp_server(const asio::any_io_executor& executor, accept_handler handler, const tcp_server_options& options = {},
               const tcp_server_hooks& hooks = {});

    ~tcp_server();
    tcp_server(const tcp_server&) = delete;
    tcp_server& operator=(const tcp_server&) = delete;

    /// Binds and listens; returns where, with the port that the system picked if 0 was asked for. May be called again,
    /// for more addresses. `[::]` serves IPv4 too. Throws boost::system::system_error; error::closed after stop().
    asio::ip::tcp::endpoint listen(const asio::ip::tcp::endpoint& at);

    /// Takes over a TCP socket that listens already, as a service manager passes it (sd_listen_fds(3)); returns where
    /// it listens. The descriptor is the server's from the call on, also when it throws. Throws
    /// boost::system::system_error: bad_descriptor, not_a_socket, or invalid_argument if it is no TCP socket that
    /// listens; error::closed after stop().
    asio::ip::tcp::endpoint adopt(int descriptor);

    /// Where it listens. (socketserver: server_address)
    [[nodiscard]] std::vector<asio::ip::tcp::endpoint> endpoints() const;

    /// Accepts, from this call on. The awaitable completes after stop(), when the last handler has ended. Throws
    /// boost::system::system_error: error::already_running when called again; operation_aborted when the wait is
    /// cancelled (terminal), which stops nothing: it goes on accepting. (socketserver: serve_forever)
    [[nodiscard]] asio::awaitable<void> run();

    /// Accepts no more; what is being served goes on. (socketserver: shutdown, without its deadlock)
    void stop();

    /// What an accept_handler shares for as long as it uses a connection's `shard`.
    [[nodiscard]] const std::shared_ptr<shard_list>& shards() const noexcept;

    /// What run() waits for: an accept_handler counts in and out here what it starts.
    [[nodiscard]] task_group tasks() const noexcept;

  private:
    class impl;
    void set_handler(accept_handler handler);

    std::shared_ptr<impl> impl_;
};

}  // namespace chatroom
