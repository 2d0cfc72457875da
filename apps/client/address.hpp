// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>

namespace client {

enum class transport : unsigned char { tcp, udp, websocket };

/// Where a room is.
struct address {
    transport over = transport::tcp;
    std::string host = "127.0.0.1";
    std::string port = "9001";
    bool tls = false;
    std::string path = {};  ///< Of the WebSocket.
};

/// Reads HOST, HOST:PORT, [V6]:PORT, V6 or PORT, with tcp://, tls:// or udp:// in front if one likes, or
/// ws://HOST:PORT/PATH, also wss://; `over` is meant without. Throws std::invalid_argument with a sentence for people.
[[nodiscard]] address parse_address(std::string_view text, transport over = transport::tcp);

/// `HOST port PORT`, for sentences.
[[nodiscard]] std::string to_words(const address& at);

}  // namespace client
