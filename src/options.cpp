// SPDX-License-Identifier: BSL-1.0
#include <chatroom/options.hpp>

#include <stdexcept>

namespace chatroom {
namespace {

void require(bool holds, const char* rule)
{
    if (!holds) {
        throw std::invalid_argument(rule);
    }
}

}  // namespace

void validate(const room_options& options)
{
    require(options.max_message >= 64 && options.max_message <= 60'000, "max_message is 64 to 60,000 bytes");
    require(options.log_bytes >= 256 * 1024, "log_bytes is at least 262,144 bytes");
}

void validate(const tcp_server_options& options)
{
    require(options.shards > 0, "shards is at least 1");
    require(options.listen_backlog > 0, "listen_backlog is at least 1");
    require(options.send_buffer >= 0 && options.receive_buffer >= 0, "send_buffer and receive_buffer are not negative");
    require(options.peer_timeout >= std::chrono::seconds{8} && options.peer_timeout <= std::chrono::hours{24},
            "peer_timeout is 8 s to 24 h");
}

void validate(const tcp_room_options& options)
{
    validate(options.server);
    require(options.members.burst > 0, "burst is at least 1");
    require(options.drain_timeout.count() >= 0, "drain_timeout is not negative");
    require(options.message_gap.count() > 0, "message_gap is longer than 0");
    require(options.line_timeout.count() > 0, "line_timeout is longer than 0");
    require(options.header_timeout.count() > 0, "header_timeout is longer than 0");
    require(options.linger_read_limit <= 1024 * 1024 * 1024, "linger_read_limit is at most 1 GiB");
}

void validate(const udp_server_options& options)
{
    require(options.shards > 0, "shards is at least 1");
    require(options.max_datagram > 0 && options.max_datagram <= 65'507, "max_datagram is 1 to 65,507 bytes");
    require(options.send_buffer >= 0 && options.receive_buffer >= 0, "send_buffer and receive_buffer are not negative");
}

void validate(const udp_room_options& options)
{
    validate(options.server);
    require(options.members.burst > 0, "burst is at least 1");
    require(options.drain_timeout.count() >= 0, "drain_timeout is not negative");
    require(options.heartbeat_interval.count() > 0, "heartbeat_interval is longer than 0");
    require(options.heartbeat_timeout > options.heartbeat_interval,
            "heartbeat_timeout is longer than heartbeat_interval");
}

}  // namespace chatroom
