// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string>

namespace chatroom::detail {

/// What the server wants to know of a request; see http_reader.
struct http_request {
    bool head = false;  ///< HEAD; else GET.
    bool http_1_1 = false;
    std::string path;   ///< As it came, percent-encoded; begins with `/`.
    std::string query;  ///< Without its `?`.
    std::string host;   ///< Of an absolute target, else of the Host field, with its port; empty: none (HTTP/1.0).
    std::optional<std::string> origin;
    bool forwarded = false;  ///< A proxy says that the peer is not the client: Forwarded, X-Forwarded-For or Via.

    bool upgrade = false;           ///< To WebSocket. What follows is empty where the field is missing.
    std::string websocket_version;  ///< Sec-WebSocket-Version.
    std::string websocket_key;      ///< Sec-WebSocket-Key; empty too if there are several.
    std::string subprotocols;       ///< Sec-WebSocket-Protocol, all lines of it, parted by commas.
};

}  // namespace chatroom::detail
