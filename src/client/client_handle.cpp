// SPDX-License-Identifier: BSL-1.0
#include <chatroom/detail/client_handle.hpp>

#include "client/client_core.hpp"

#include <utility>

namespace chatroom::detail {

namespace asio = boost::asio;

client_handle::client_handle(std::shared_ptr<client_core> core) noexcept : core_{std::move(core)} {}

client_handle::~client_handle()
{
    if (core_) {
        core_->close();
    }
}

client_handle::client_handle(client_handle&&) noexcept = default;

client_handle& client_handle::operator=(client_handle&& other) noexcept
{
    std::swap(core_, other.core_);
    return *this;
}

asio::awaitable<void> client_handle::connect(std::string host, std::string port)
{
    return client_core::connect(core_, std::move(host), std::move(port));
}

asio::awaitable<void> client_handle::send(std::string text)
{
    return client_core::send(core_, std::move(text), {});
}

asio::awaitable<void> client_handle::send_once(std::string text, std::string id)
{
    return client_core::send(core_, std::move(text), std::move(id));
}

asio::awaitable<std::optional<received_message>> client_handle::receive()
{
    return client_core::receive(core_);
}

asio::awaitable<void> client_handle::leave()
{
    return client_core::leave(core_);
}

void client_handle::close()
{
    core_->close();
}

error_code client_handle::close_reason() const noexcept
{
    return core_->close_reason();
}

const std::string& client_handle::local_name() const noexcept
{
    return core_->local_name();
}

asio::any_io_executor client_handle::get_executor() const noexcept
{
    return core_->executor();
}

}  // namespace chatroom::detail
