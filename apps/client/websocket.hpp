// SPDX-License-Identifier: BSL-1.0
// What the client has of chatroom::web; where it was built without that, it has none.
#pragma once

#include <chatroom/client.hpp>
#include <chatroom/websocket_client.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace client {

/// The packages whose absence at build time left WebSocket out; empty if the client has it.
[[nodiscard]] std::string_view missing_web_packages() noexcept;

/// A websocket_client.
[[nodiscard]] std::unique_ptr<chatroom::client> make_websocket_client(const boost::asio::any_io_executor& executor,
                                                                      const chatroom::websocket_client_options& how);

/// What to try about an error of WebSocket; empty if it is none.
[[nodiscard]] std::string websocket_advice(const chatroom::error_code& why);

}  // namespace client
