// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>
#include <chatroom/received_message.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <utility>

namespace chatroom {

/// The other end of a room's wire, which works with the classroom server too: tcp_client or udp_client; or of its
/// WebSocket: websocket_client. A program that takes a `client&` works over either; a test can derive its own.
///
/// **Threads.** All calls, and the destructor, on one strand: that of the executor which the client was given. After
/// connect() has completed, one receive(), one send() and one leave() may be pending at the same time. Destroying the
/// client closes it; pending operations complete as after close().
///
/// **Completion tokens.** Each operation is an asio::awaitable. For another token, spawn it on the client's executor:
///
///     asio::co_spawn(client.get_executor(), client.receive(), asio::use_future);
///
/// **Cancellation.** asio::cancellation_type::terminal, from the slot of the coroutine that awaits an operation or of
/// the token that co_spawn was given, makes a pending operation complete with system_error of operation_aborted, or
/// with the result that it just had. Emit it on the client's strand. It relies on this_coro::throw_if_cancelled(true),
/// the default. Each function says in what state that leaves the client.
class CHATROOM_EXPORT client {
  public:
    virtual ~client() = default;

    /// Connects to the first address of `host` that answers. Completes when connected. Throws
    /// boost::system::system_error: the resolver's error, or the most informative one of the addresses; timed_out after
    /// connect_timeout; operation_aborted after close(). A failed or cancelled connect() closes the client. Once: for
    /// another connection take another client.
    virtual boost::asio::awaitable<void> connect(std::string host, std::string port) = 0;

    /// Sends a line; newlines inside make several messages. Completes when the kernel has taken it. Throws
    /// boost::system::system_error: that of the network, or operation_aborted after close(). Cancelled, it leaves the
    /// client usable: over TCP the rest of the text precedes what is sent next, over UDP the rest is not sent.
    virtual boost::asio::awaitable<void> send(std::string text) = 0;

    /// The same with one line, and a name for it: over a wire that answers each line (WebSocket), receive() gives the
    /// answer with that id, as received_kind::accepted or refused, and a line that comes again under the same id, from
    /// a client with the same key, is passed on once. Elsewhere as send().
    virtual boost::asio::awaitable<void> send_once(std::string text, std::string /*id*/)
    {
        return send(std::move(text));
    }

    /// Completes with the next message, or with nothing once the connection has ended and all messages were received:
    /// close_reason() says why. Throws operation_aborted when cancelled, and nothing else. A cancelled receive() loses
    /// no message and no part of one: the next receive() gets it.
    virtual boost::asio::awaitable<std::optional<received_message>> receive() = 0;

    /// Leaves the room: waits for the last sent message to come back, for echo_timeout at most, sends `/quit`, and
    /// closes; over TCP the server may close first, for which leave_timeout is allowed. Keep awaiting receive()
    /// meanwhile: what comes back, and the end, is noticed there. Throws no error of the network. Cancelled, it closes
    /// the client at once.
    virtual boost::asio::awaitable<void> leave() = 0;

    /// Closes at once. Pending operations complete: receive() with the messages that are left and then with nothing,
    /// leave() as if it were done, the others with operation_aborted. Does not fail.
    virtual void close() = 0;

    /// What ended the last receive() that completed with nothing; no error for an end by close(), leave() or the
    /// server.
    [[nodiscard]] virtual error_code close_reason() const noexcept = 0;

    /// This end's ADDRESS:PORT, which is the sender of one's own messages unless an address translation lies between or
    /// the server has given this member a name.
    /// Empty before connect() has completed.
    [[nodiscard]] virtual const std::string& local_name() const noexcept = 0;

    /// The executor that the client was given.
    [[nodiscard]] virtual boost::asio::any_io_executor get_executor() const noexcept = 0;

  protected:
    client() = default;
    client(client&&) = default;             ///< A client may be movable; a copy would be the same connection.
    client& operator=(client&&) = default;  ///< The same.
};

}  // namespace chatroom
