// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/client.hpp>

#include <memory>

namespace chatroom::detail {

class client_core;

/// A client as a handle: its operations share ownership of the core, so that they outlive the handle.
class CHATROOM_EXPORT client_handle : public client {
  public:
    /// Closes.
    ~client_handle() override;

    /// Leaves nothing behind: what was moved from may be destroyed or assigned to.
    client_handle(client_handle&&) noexcept;

    /// Swaps the two: a connection that was here goes on until the other is destroyed.
    client_handle& operator=(client_handle&&) noexcept;

    boost::asio::awaitable<void> connect(std::string host, std::string port) override;
    boost::asio::awaitable<void> send(std::string text) override;
    boost::asio::awaitable<void> send_once(std::string text, std::string id) override;
    boost::asio::awaitable<std::optional<received_message>> receive() override;
    boost::asio::awaitable<void> leave() override;
    void close() override;
    [[nodiscard]] error_code close_reason() const noexcept override;
    [[nodiscard]] const std::string& local_name() const noexcept override;
    [[nodiscard]] boost::asio::any_io_executor get_executor() const noexcept override;

  protected:
    /// Shares `core` with the operations.
    explicit client_handle(std::shared_ptr<client_core> core) noexcept;

  private:
    std::shared_ptr<client_core> core_;
};

}  // namespace chatroom::detail
