// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/peer.hpp>
#include <chatroom/serve/stream.hpp>
#include <chatroom/wire/protocol.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <string>

namespace chatroom {

/// How a tcp_room and its peers speak: a protocol, and the stream below it. The functions are called once for each
/// peer, on its shard's strand, several at the same time.
struct tcp_wire {
    /// Empty: the text protocol.
    std::function<std::unique_ptr<wire::protocol>(const boost::asio::ip::tcp::endpoint& peer)> make_protocol = {};
    std::function<std::unique_ptr<stream>()> make_stream = {};  ///< Empty: the socket's own bytes.

    /// Executes a command of kind request, which `spoken`, a protocol of make_protocol's or one that replaced it, has
    /// found. The peer and the protocol live until the awaitable has completed; where nothing is to be waited for it
    /// may be a default-made one. Nothing more of the peer is read meanwhile. When the peer goes, it is cancelled
    /// (terminal). An exception goes to observer::error, and disconnects the peer.
    std::function<boost::asio::awaitable<void>(peer& from, wire::protocol& spoken, std::string request)> execute = {};
};

}  // namespace chatroom
