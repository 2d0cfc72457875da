// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "client/deadline.hpp"
#include "client/inbox.hpp"
#include "event.hpp"

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>
#include <chatroom/received_message.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace chatroom::detail {

/// The timeouts that clients of every transport have.
struct client_timeouts {
    std::chrono::milliseconds connect;
    std::chrono::milliseconds echo;   ///< How long leave() waits for the last message to come back.
    std::chrono::milliseconds leave;  ///< How long it then waits for the server to close; 0: it does not.
};

/// What a client does over any transport: the four operations, each with its deadlines, and the end. The derived class
/// has the socket. All on one strand. Each operation shares ownership of the core. Deadlines close the core or cancel
/// waits of its socket: no wait is raced against a timer.
class CHATROOM_EXPORT client_core : public std::enable_shared_from_this<client_core> {
  public:
    client_core(const client_core&) = delete;
    client_core& operator=(const client_core&) = delete;
    virtual ~client_core() = default;

    /// As chatroom::client has them.
    static boost::asio::awaitable<void> connect(std::shared_ptr<client_core> self, std::string host, std::string port);
    static boost::asio::awaitable<void> send(std::shared_ptr<client_core> self, std::string text, std::string id);
    static boost::asio::awaitable<std::optional<received_message>> receive(std::shared_ptr<client_core> self);
    static boost::asio::awaitable<void> leave(std::shared_ptr<client_core> self);
    void close();
    [[nodiscard]] error_code close_reason() const noexcept { return close_reason_; }
    [[nodiscard]] const std::string& local_name() const noexcept { return inbox_.local_name(); }
    [[nodiscard]] const boost::asio::any_io_executor& executor() const noexcept { return executor_; }

  protected:
    static constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
    using clock = std::chrono::steady_clock;

    client_core(const boost::asio::any_io_executor& executor, const client_timeouts& timeouts);

    [[nodiscard]] inbox& received() noexcept { return inbox_; }
    [[nodiscard]] bool ended() const noexcept { return end_.has_value(); }

    /// Nothing more will be received: receive() is to complete with nothing once the inbox is empty. The first counts.
    void end(error_code why) noexcept;

  private:
    /// Connects, and tells the inbox the local name. Completes with an error, or early after shut().
    virtual boost::asio::awaitable<error_code> open(std::string host, std::string port) = 0;

    /// Completes when the kernel has taken the lines of `text`, with an error, or early after shut(). `id` as for
    /// chatroom::client::send_once(); empty: none.
    virtual boost::asio::awaitable<error_code> write(std::string text, std::string id) = 0;

    /// Waits until something can be received, and puts the messages into the inbox. Completes also without any; with an
    /// error after which it may be called again; or early after shut().
    virtual boost::asio::awaitable<error_code> read() = 0;

    /// Whether all that was sent has come back, or is answered.
    [[nodiscard]] virtual bool all_echoed() const noexcept { return inbox_.all_echoed(); }

    /// Closes the socket, and makes the above complete.
    virtual void shut() = 0;

    boost::asio::any_io_executor executor_;
    client_timeouts timeouts_;
    inbox inbox_;
    deadline deadline_;  // of connect() or leave()
    event changed_;      // for leave(): something was received, or the end
    std::optional<error_code> end_;
    error_code close_reason_;
    bool closed_ = false;
    bool late_ = false;  // connect()
};

}  // namespace chatroom::detail
