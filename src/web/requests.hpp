// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "websocket_protocol.hpp"

#include <chatroom/peer.hpp>

#include <boost/asio/awaitable.hpp>

#include <string_view>

namespace chatroom::detail {

/// Executes the commands of one frame, in their order; see tcp_wire::execute.
[[nodiscard]] boost::asio::awaitable<void> execute_requests(peer& from, websocket_protocol& spoken,
                                                            std::string_view frame);

}  // namespace chatroom::detail
