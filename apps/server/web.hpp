// SPDX-License-Identifier: BSL-1.0
// What the server has of chatroom::web; where it was built without that, it speaks text alone.
#pragma once

#include "rooms.hpp"

#include <chatroom/tcp_wire.hpp>
#include <chatroom/web.hpp>

#include <functional>
#include <string_view>
#include <vector>

namespace server {

/// The packages whose absence at build time left browsers out; empty if the server serves them.
[[nodiscard]] std::string_view missing_web_packages() noexcept;

/// Browsers as they are served.
struct web {
    chatroom::tcp_wire wire;                                        ///< How peers over TCP speak.
    std::function<void(const chatroom::web_options&)> set_options;  ///< As web_service::set_options().
    std::function<std::vector<chatroom::http_answers>()> answers;   ///< As web_service::answers().
};

/// Serves them, over the stream that `below` has.
[[nodiscard]] web open_web(const rooms& all, const chatroom::web_options& o, chatroom::tcp_wire below);

}  // namespace server
