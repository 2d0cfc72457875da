// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/shared_limits.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chatroom {

/// What becomes of a member whose position has fallen off the log.
enum class slow_consumer_policy {
    disconnect,  ///< It is disconnected, with a notice of the reason.
    skip,        ///< It is moved up, with a notice of how many messages it missed.
};

/// The limits of a room, whatever transport serves it.
struct room_options {
    /// What protocols call it that name rooms; the text protocol names none.
    std::string name = {};

    /// Bytes of the longest text, counted once it is cleaned; 64 to 60,000.
    std::size_t max_message = 4096;

    /// Bytes of messages that the room keeps for members to catch up with; at least 256 KiB. They are allocated as the
    /// log fills: 4 KiB with the first message, then 64 KiB at a time.
    std::size_t log_bytes = 4 * 1024 * 1024;
};

/// The limits of each member, and of how many there are, whatever transport they come by.
struct member_options {
    /// Members of this transport at once; 0 is no limit. Unset is no limit over TCP, and 1,000,000 over UDP.
    std::optional<std::size_t> max_members = std::nullopt;

    /// Members of this transport at once from one address (of IPv6, from one /64); 0 is no limit, and no table is kept.
    /// Unset is 64, with 127/8 and ::1 exempt; beside a `shared` handle with limits, unset is no limit.
    std::optional<std::size_t> max_members_per_address = std::nullopt;

    /// Further limits, which all transports and rooms with a copy of this handle share. A peer has to be within both.
    shared_limits shared = {};

    /// Messages and commands per second that a member may send in the long run; 0 is no limit.
    std::uint32_t rate = 20;

    /// Messages and commands that it may send at once; at least 1.
    std::uint32_t burst = 100;

    /// Earlier messages that a member receives on joining a room; 0 is none.
    std::size_t replay = 0;

    /// What becomes of a member that falls off the log.
    slow_consumer_policy slow_consumer = slow_consumer_policy::disconnect;
};

/// How a tcp_server listens and serves.
struct tcp_server_options {
    /// Shards, each a strand that serves its share of the connections; at least 1. More than one per thread is of no
    /// use.
    std::size_t shards = 1;

    /// Fill each shard up to this many connections before using the next; when all are full, use the least loaded. A
    /// connection stays on its shard. 0: always the least loaded. Unset is 0, and 1,024 in a tcp_room: each message
    /// goes to all of its shards, and several shards with few members would wake each other for it and coalesce less
    /// for each send.
    std::optional<std::size_t> connections_per_shard = std::nullopt;

    /// Connections that the kernel holds until they are accepted: listen(2).
    int listen_backlog = 4096;

    /// Binds although connections of an earlier server linger in TIME_WAIT: SO_REUSEADDR, socket(7).
    bool reuse_address = true;

    /// Connections at once; 0 is no limit. One more is closed as soon as it is accepted.
    std::size_t max_connections = 0;

    /// Bytes of the kernel's send buffer of each connection: SO_SNDBUF. 0 leaves the kernel its choice.
    int send_buffer = 0;

    /// Bytes of the kernel's receive buffer of each connection: SO_RCVBUF. 0 leaves the kernel its choice.
    int receive_buffer = 0;

    /// How long a peer that acknowledges nothing keeps its connection, while data is unacknowledged (TCP_USER_TIMEOUT)
    /// or, on an idle connection, by keepalives, which start at half of that time; at least 8 s.
    std::chrono::milliseconds peer_timeout = std::chrono::seconds{120};
};

/// How a tcp_room treats its members.
struct tcp_room_options {
    member_options members = {};     ///< The limits of each member, and of all of them.
    tcp_server_options server = {};  ///< How its connections are accepted and dealt.

    /// How long sending the pending messages may take when a member leaves or the room stops; 0 is at once.
    std::chrono::milliseconds drain_timeout = std::chrono::seconds{10};

    /// The silence that ends a text of a peer that has never sent a newline.
    std::chrono::milliseconds message_gap{100};

    /// How long a line may take from its first byte to its newline.
    std::chrono::milliseconds line_timeout = std::chrono::seconds{30};

    /// The networks, as ADDRESS/BITS, of proxies. A connection from there begins with a PROXY header of version 1 or 2
    /// (proxy-protocol.txt of HAProxy), and is one of the peer that the header names; without one it is closed after
    /// header_timeout. From elsewhere a header is none.
    std::vector<std::string> proxy_networks = {};
    std::chrono::milliseconds header_timeout = std::chrono::seconds{10};  ///< See proxy_networks.

    /// Bytes that are read and discarded from a member that is being disconnected, so that the close does not reset the
    /// connection before the peer has read the closing notice. After that, nothing is read until the close; 0 is none.
    std::size_t linger_read_limit = 1024 * 1024;
};

/// How a udp_server receives and serves.
struct udp_server_options {
    /// Shards, each a strand and a socket that serve their share of the peers; at least 1. One per thread is best.
    std::size_t shards = 1;

    /// Bytes of the longest datagram that is taken whole; at most 65,507, the longest there is over IPv4.
    std::size_t max_datagram = 65'507;

    /// Bytes of the kernel's send buffer of each socket: SO_SNDBUF. 0 leaves the kernel its choice.
    int send_buffer = 0;

    /// Bytes of the kernel's receive buffer of each socket: SO_RCVBUF. 0 asks for 8 MiB, since the kernel's own choice
    /// holds 1.4 ms of 200,000 heartbeats/s.
    int receive_buffer = 0;
};

/// How a udp_room treats its members.
struct udp_room_options {
    /// What an unset member_options::max_members is.
    static constexpr std::size_t default_max_members = 1'000'000;

    member_options members = {};     ///< The limits of each member, and of all of them.
    udp_server_options server = {};  ///< The room itself sets max_datagram.

    /// How often a member is to send its heartbeat; shorter than heartbeat_timeout.
    std::chrono::milliseconds heartbeat_interval = std::chrono::seconds{5};

    /// A member that has sent nothing for longer than this is removed.
    std::chrono::milliseconds heartbeat_timeout = std::chrono::seconds{10};

    /// How long sending the pending messages may take when the room stops; 0 is at once.
    std::chrono::milliseconds drain_timeout = std::chrono::seconds{10};

    /// The networks whose bare heartbeat makes a member, as ADDRESS/BITS. The source of a datagram can be forged, and
    /// would subscribe a victim to the whole room. The default is loopback, the private and the link-local networks.
    std::vector<std::string> trusted_networks{"127.0.0.0/8",    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                                              "169.254.0.0/16", "::1/128",    "fc00::/7",      "fe80::/10"};
};

/// Throws std::invalid_argument, naming the option, if one is out of its range; so do the four functions below. The
/// constructors of rooms and servers call them. Any thread.
CHATROOM_EXPORT void validate(const room_options& options);
/// As validate(const room_options&).
CHATROOM_EXPORT void validate(const tcp_server_options& options);
/// As validate(const room_options&), with the server's options too; the form of `proxy_networks` is the constructor's
/// to read.
CHATROOM_EXPORT void validate(const tcp_room_options& options);
/// As validate(const room_options&).
CHATROOM_EXPORT void validate(const udp_server_options& options);
/// As validate(const room_options&), with the server's options too; the form of `trusted_networks` is the constructor's
/// to read.
CHATROOM_EXPORT void validate(const udp_room_options& options);

}  // namespace chatroom
