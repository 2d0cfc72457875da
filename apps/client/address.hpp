// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>

namespace client {

enum class transport : bool { tcp, udp };

/// Where a room is.
struct address {
    transport over = transport::tcp;
    std::string host = "127.0.0.1";
    std::string port = "9001";
};

/// Reads HOST, HOST:PORT, [V6]:PORT, V6 or PORT, with tcp:// or udp:// in front if one likes; `over` is meant without.
/// Throws std::invalid_argument with a sentence for people.
[[nodiscard]] address parse_address(std::string_view text, transport over = transport::tcp);

/// `HOST port PORT`, for sentences.
[[nodiscard]] std::string to_words(const address& at);

}  // namespace client
