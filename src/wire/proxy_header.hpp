// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chatroom::detail {

/// The first bytes of version 2.
inline constexpr std::string_view proxy_v2_signature{"\r\n\r\n\0\r\nQUIT\n", 12};

inline constexpr std::size_t max_proxy_v1 = 107;   ///< Bytes, with its line end.
inline constexpr std::size_t max_proxy_v2 = 4096;  ///< Bytes, with its extensions (TLVs).

/// What a proxy says of the connection that it passes on, by the PROXY protocol (proxy-protocol.txt of HAProxy).
struct proxy_header {
    enum class result : std::uint8_t {
        need_more,
        header,
        bad,  ///< It is none, and never becomes one.
    };

    result what = result::need_more;
    std::size_t size = 0;  ///< After a header: its bytes.
    /// The client, its address normalised. None: the proxy speaks for itself (LOCAL), or does not know or tell a TCP
    /// endpoint (UNKNOWN, a Unix socket); then the connection's own peer counts.
    std::optional<boost::asio::ip::tcp::endpoint> source;
};

/// Reads a header of version 1 or 2 from the front of `bytes`, all that have come so far. Extensions are skipped. Any
/// thread.
[[nodiscard]] proxy_header read_proxy_header(std::string_view bytes);

}  // namespace chatroom::detail
