// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>
#include <chatroom/received_message.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace chatroom {

/// The timeouts of a udp_client.
struct udp_client_options {
    std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};  ///< For resolving a name.
    std::chrono::milliseconds probe_timeout{
        100};  ///< How long connect() waits for an address to refuse; 0 is not at all.
    std::chrono::milliseconds heartbeat_interval = std::chrono::seconds{5};  ///< Between two heartbeats.
    std::chrono::milliseconds missing_time{1000};  ///< The same, while one's own words have yet to come back.
    std::chrono::milliseconds echo_timeout{200};   ///< How long leave() waits for the last word to come back.
};

/// The other end of a udp_room's wire; it gets on with the classroom server too. All calls on one strand, which is the
/// executor's. receive() may be awaited while send() or leave() is. Destroying it closes it.
class CHATROOM_EXPORT udp_client {
  public:
    /// Connects to nothing yet. The context of `executor` outlives it.
    explicit udp_client(const boost::asio::any_io_executor& executor, const udp_client_options& options = {});
    ~udp_client();

    /// Leaves nothing behind: what was moved from may be destroyed or assigned to.
    udp_client(udp_client&&) noexcept;

    /// Swaps the two: a connection that was here goes on until the other is destroyed.
    udp_client& operator=(udp_client&&) noexcept;

    /// Sends a heartbeat to each address of `host` in turn, until one does not refuse it, and goes on doing so there:
    /// more often when the room closes or one's own words don't come back, as a server that has started again knows no
    /// members. Completes then: that somebody is there can't be known, over UDP, before something is heard. Throws
    /// boost::system::system_error: the resolver's, connection_refused, or another of the last address.
    boost::asio::awaitable<void> connect(std::string host, std::string port);

    /// Says a line; line breaks inside make several messages. Completes when the kernel has taken it, which does not
    /// mean that it arrives. Throws boost::system::system_error: connection_refused when nobody is there,
    /// message_size over 65,507 bytes. Await one at a time.
    boost::asio::awaitable<void> send(std::string text);

    /// Waits for the next message. Completes with nothing after close() or leave(), and when the server's machine has
    /// said that nobody is there (with the next heartbeat at the latest): then close_reason() is connection_refused,
    /// and receive() may be awaited again, as the heartbeats go on and the server may come back.
    boost::asio::awaitable<std::optional<received_message>> receive();

    /// Leaves the room: waits for the last sent message to come back, no longer than echo_timeout, sends `/quit`, and
    /// closes. Keep awaiting receive() meanwhile. Throws no network error.
    boost::asio::awaitable<void> leave();

    /// Closes at once; what is awaited completes.
    void close();

    /// What the last receive() that completed with nothing met: no error after close() or leave().
    [[nodiscard]] error_code close_reason() const noexcept;

    /// What the server calls this client, unless an address translation lies between: ADDRESS:PORT.
    [[nodiscard]] const std::string& local_name() const noexcept;

  private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace chatroom
