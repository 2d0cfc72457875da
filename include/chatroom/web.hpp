// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/directory.hpp>
#include <chatroom/export.hpp>
#include <chatroom/room/room.hpp>
#include <chatroom/tcp_wire.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace chatroom {

namespace detail {
class web_state_holder;
}

/// The rules of a web_service.
struct web_options {
    /// Names by which browsers may reach the server, beside IP addresses, `localhost` and this machine's name; a
    /// request for another Host is answered 421, so that no page of another site can reach it by a name of its own (DNS
    /// rebinding). `*.example.org` is one label more.
    std::vector<std::string> hosts = {};

    /// Origins, as `https://example.org`, whose pages may open a WebSocket, beside those of the Host that they ask.
    std::vector<std::string> origins = {};

    /// The page at `/`, HTML; empty is the one that the library has. It is served with a Content-Security-Policy that
    /// allows the scripts and styles in it and nothing from elsewhere.
    std::string page = {};

    /// The body of `/ca.crt`, PEM: the certificate to trust, of a server that has made its own; empty: there is none.
    std::string ca = {};

    /// room_options::max_message of the rooms, and member_options::rate: clients are told of them. A WebSocket message
    /// is at most six times as long, and 256 bytes, or 16 KiB.
    std::size_t max_message = 4096;
    std::uint32_t rate = 20;  ///< See max_message.

    /// A peer that has sent nothing for so long is a member that speaks text. As long as it has heard nothing, it may
    /// still speak HTTP, and leaves the room for that: browsers open a connection before they have something to ask.
    std::chrono::milliseconds silence{300};

    /// As tcp_room_options::message_gap, for first bytes that do not tell what the peer speaks.
    std::chrono::milliseconds message_gap{100};

    /// How long an HTTP request may take, and a WebSocket peer until its `connect`.
    std::chrono::milliseconds request_timeout = std::chrono::seconds{10};

    /// How often a WebSocket member is asked whether it is there; whole seconds.
    std::chrono::milliseconds ping_interval = std::chrono::seconds{25};

    /// How long it may take to answer that.
    std::chrono::milliseconds pong_timeout = std::chrono::seconds{10};

    /// The body of `/metrics`, in the text format of Prometheus; empty: there is none. Called on a shard's strand.
    std::function<std::string()> metrics = {};

    /// The networks, as ADDRESS/BITS, whose peers get `/metrics` and `/healthz`, unless they ask for another (Via,
    /// Forwarded and the like).
    std::vector<std::string> metrics_networks{"127.0.0.0/8", "::1/128"};
};

/// How often one HTTP status was answered.
struct http_answers {
    unsigned status;      ///< 101 is an upgrade to WebSocket.
    std::uint64_t count;  ///< Since the web_service was made.
};

/// Browsers on the port of the text protocol: what a peer speaks is detected by its first bytes. Text is as without it;
/// over HTTP there is a page at `/`, and at `/connection/websocket` the JSON protocol of Centrifugo's clients, whose
/// channels are rooms. docs/web.md has the protocol.
///
///     chatroom::conversation talk{io.get_executor()};
///     chatroom::web_service web{talk.directory()};
///     chatroom::tcp_room tcp{io.get_executor(), talk.entry(), {}, {}, web.wire()};
///
/// Any thread may call anything. What wire() returned may outlive it.
class CHATROOM_EXPORT web_service {
  public:
    /// `rooms` names the rooms, and has the people come in. Throws std::invalid_argument if an option is out of its
    /// range.
    explicit web_service(directory rooms, const web_options& options = {});

    /// The same with one room, which its clients call by room_options::name, and without names.
    explicit web_service(const room& only, const web_options& options = {});

    /// Serves peers that come from now on by other options; those that are here keep theirs. Throws as the constructor,
    /// and nothing has changed.
    void set_options(const web_options& options);

    /// What it has answered since it was made, each status that there was.
    [[nodiscard]] std::vector<http_answers> answers() const;

    /// How the peers of a tcp_room speak; `below` may have a stream.
    [[nodiscard]] tcp_wire wire(tcp_wire below = {}) const;

  private:
    std::shared_ptr<detail::web_state_holder> state_;
};

}  // namespace chatroom
