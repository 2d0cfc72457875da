// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>
#include <chatroom/received_message.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace chatroom {

/// The timeouts of a tcp_client.
struct tcp_client_options {
    std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};  ///< For all the addresses of a name.
    std::chrono::milliseconds attempt_delay{250};   ///< Before the next address is tried beside the last (RFC 8305).
    std::chrono::milliseconds message_gap{100};     ///< Ends a text of a server that sends no newline.
    std::chrono::milliseconds echo_timeout{200};    ///< How long leave() waits for the last word to come back.
    std::chrono::milliseconds leave_timeout{2000};  ///< How long it then waits for the server to close.
};

/// The other end of a tcp_room's wire; it gets on with the classroom server too. All calls on one strand, which is the
/// executor's. receive() may be awaited while send() or leave() is. Destroying it closes it.
class CHATROOM_EXPORT tcp_client {
  public:
    /// Connects to nothing yet. The context of `executor` outlives it.
    explicit tcp_client(const boost::asio::any_io_executor& executor, const tcp_client_options& options = {});
    ~tcp_client();

    /// Leaves nothing behind: what was moved from may be destroyed or assigned to.
    tcp_client(tcp_client&&) noexcept;

    /// Swaps the two: a connection that was here goes on until the other is destroyed.
    tcp_client& operator=(tcp_client&&) noexcept;

    /// Connects to the first address of `host` that answers. Completes when connected. Throws
    /// boost::system::system_error: the resolver's error, or the most telling of the addresses'; timed_out after
    /// connect_timeout; operation_aborted after close(). Once: for another connection take another client.
    boost::asio::awaitable<void> connect(std::string host, std::string port);

    /// Says a line; line breaks inside make several messages. Completes when the kernel has taken it. Throws
    /// boost::system::system_error when the server is gone. Await one at a time.
    boost::asio::awaitable<void> send(std::string text);

    /// Waits for the next message. Completes with nothing when the server has closed; close_reason() tells how.
    boost::asio::awaitable<std::optional<received_message>> receive();

    /// Leaves the room: waits for the last sent message to come back, sends `/quit`, and waits for the server to close,
    /// each no longer than its timeout; then closes. Keep awaiting receive() until it completes with nothing. Throws no
    /// network error.
    boost::asio::awaitable<void> leave();

    /// Closes at once; what is awaited completes.
    void close();

    /// How the connection ended: no error for an end that the server or close() made in order.
    [[nodiscard]] error_code close_reason() const noexcept;

    /// What the server calls this client: ADDRESS:PORT.
    [[nodiscard]] const std::string& local_name() const noexcept;

  private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace chatroom
