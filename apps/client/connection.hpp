// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "address.hpp"

#include <chatroom/error.hpp>
#include <chatroom/received_message.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>

namespace client {

/// A session's way to the room: what the library's clients have in common, and means what it means there.
class connection {
  public:
    connection() = default;
    virtual ~connection() = default;
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    virtual boost::asio::awaitable<void> connect(std::string host, std::string port) = 0;
    virtual boost::asio::awaitable<void> send(std::string text) = 0;
    virtual boost::asio::awaitable<std::optional<chatroom::received_message>> receive() = 0;
    virtual boost::asio::awaitable<void> leave() = 0;
    virtual void close() = 0;
    [[nodiscard]] virtual chatroom::error_code close_reason() const = 0;
    [[nodiscard]] virtual std::string local_name() const = 0;
};

/// `Client` is chatroom::tcp_client or chatroom::udp_client, which have one shape.
template <typename Client>
class connection_by final : public connection {
  public:
    explicit connection_by(const boost::asio::any_io_executor& executor) : client_{executor} {}

    boost::asio::awaitable<void> connect(std::string host, std::string port) override
    {
        return client_.connect(std::move(host), std::move(port));
    }
    boost::asio::awaitable<void> send(std::string text) override { return client_.send(std::move(text)); }
    boost::asio::awaitable<std::optional<chatroom::received_message>> receive() override { return client_.receive(); }
    boost::asio::awaitable<void> leave() override { return client_.leave(); }
    void close() override { client_.close(); }
    [[nodiscard]] chatroom::error_code close_reason() const override { return client_.close_reason(); }
    [[nodiscard]] std::string local_name() const override { return client_.local_name(); }

  private:
    Client client_;
};

/// A connection that is yet to be made.
[[nodiscard]] std::unique_ptr<connection> make_connection(const boost::asio::any_io_executor& executor, transport over);

}  // namespace client
