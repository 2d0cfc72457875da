// SPDX-License-Identifier: BSL-1.0
#include "option_table.hpp"

#include "conversation_options.hpp"
#include "option_kinds.hpp"
#include "tls_options.hpp"
#include "web_options.hpp"

#include <cstdint>

namespace server {
namespace {

constexpr std::uint64_t most_threads = 1024;
constexpr std::uint64_t longest_buffer = 1 << 30;

option_group server_group()
{
    return {
        "Server",
        {addresses("tcp",
                   "listen here for members over TCP; may be given several times; a host name (all of its "
                   "addresses) or a bare port will do, port 0 picks one, and [::] serves IPv4 too; auto, for both: "
                   "the sockets that systemd passes, or both at 127.0.0.1:9001",
                   &options::tcp),
         addresses("udp", "and here for members over UDP; auto: as --tcp, and none beside a --tcp that is given",
                   &options::udp),
         networks("proxy-from",
                  "networks of proxies, which say whose connection it is in a PROXY header, version 1 or 2, before "
                  "anything else over TCP; may be given several times; auto is none",
                  [](auto& o) -> auto& { return o.tcp_room.proxy_networks; }),
         one_of(
             "log-level", "LEVEL", "trace, debug, info, warn, error, critical or off",
             "trace, debug, info, warn, error, critical or off",
             {"trace", "debug", "info", "warn", "error", "critical", "off"},
             [](options& o, const std::string& level) { o.log_level = level; },
             [](const options& o) { return o.log_level; }),
         number("threads", whole_number, {0, most_threads},
                "threads, and shards, at most 1024; 0 is as many as CPUs may be used",
                [](auto& o) -> auto& { return o.threads; }),
         number_or_auto("connections-per-shard",
                        "members over TCP that a shard takes before the next is given any; once all have so many, they "
                        "fill evenly; 0 spreads them from the first on; auto: 1024, and 64 where several rooms are "
                        "listed",
                        [](auto& o) -> auto& { return o.connections_per_shard; }),
         number("drain", time, {}, "how long a member that leaves may take to receive what is owed to it; 0 is at once",
                [](auto& o) -> auto& { return o.tcp_room.drain_timeout; })}};
}

option_group member_group()
{
    return {"Members (0 is no limit)",
            {number_or_auto("max-members",
                            "members at once over each of TCP and UDP; auto: over TCP as many as the descriptors "
                            "allow, less 32, over UDP 1000000",
                            [](auto& o) -> auto& { return o.tcp_room.members.max_members; }),
             number_or_auto(
                 "max-members-per-address",
                 "members at once from one address, over TCP and UDP together; an IPv6 /64 is one; auto: 64, and no "
                 "limit for loopback",
                 [](auto& o) -> auto& { return o.tcp_room.members.max_members_per_address; }),
             number("rate", whole_number, {}, "messages per second that a member may say",
                    [](auto& o) -> auto& { return o.tcp_room.members.rate; }),
             number("burst", whole_number, {.min = 1}, "messages that it may say at once",
                    [](auto& o) -> auto& { return o.tcp_room.members.burst; }),
             number("replay", whole_number, {}, "messages of the past that a member hears on joining",
                    [](auto& o) -> auto& { return o.tcp_room.members.replay; }),
             one_of(
                 "slow", "POLICY",
                 "disconnect or skip: what becomes of a member over TCP that falls off the log; over UDP it always "
                 "skips",
                 "disconnect or skip", {"disconnect", "skip"},
                 [](options& o, const std::string& word) {
                     o.tcp_room.members.slow_consumer = word == "skip" ? chatroom::slow_consumer_policy::skip
                                                                       : chatroom::slow_consumer_policy::disconnect;
                 },
                 [](const options& o) {
                     return o.tcp_room.members.slow_consumer == chatroom::slow_consumer_policy::skip ? "skip"
                                                                                                     : "disconnect";
                 })}};
}

option_group udp_group()
{
    return {"Members over UDP",
            {number("heartbeat", time, {.min = 1}, "how often a member is to send #ping#; shorter than expiry",
                    [](auto& o) -> auto& { return o.udp_room.heartbeat_interval; }),
             number("expiry", time, {.min = 1}, "a member not heard from for longer than this is no longer one",
                    [](auto& o) -> auto& { return o.udp_room.heartbeat_timeout; }),
             networks("udp-trust",
                      "networks whose bare #ping# makes a member, since the source of a datagram can be forged; may be "
                      "given several times; auto: loopback, the private and the link-local networks",
                      [](auto& o) -> auto& { return o.trusted_networks; })}};
}

option_group message_group()
{
    return {
        "Messages (sizes in bytes, or with K or M; times as 100ms, 10s, 2min)",
        {number("max-message", size, {64, 60'000}, "longest message, 64 to 60000",
                [](auto& o) -> auto& { return o.talk.room.max_message; }),
         number("log-bytes", size, {.min = 256 * 1024},
                "messages that each room keeps for members to catch up with, at least 256K",
                [](auto& o) -> auto& { return o.talk.room.log_bytes; }),
         number("quiet-gap", time, {.min = 1}, "silence that ends a text of a peer that sends no newlines",
                [](auto& o) -> auto& { return o.tcp_room.message_gap; }),
         number("line-time", time, {.min = 1}, "how long a line may take",
                [](auto& o) -> auto& { return o.tcp_room.line_timeout; }),
         number("discard", size, {0, std::uint64_t{1} << 30},
                "what is still read, and thrown away, from a member that is let go",
                [](auto& o) -> auto& { return o.tcp_room.linger_read_limit; }),
         number("peer-timeout", time, {8000, 24 * 3'600'000},
                "how long a peer that acknowledges nothing keeps its connection, 8s to 24h",
                [](auto& o) -> auto& { return o.tcp_room.server.peer_timeout; }),
         number("send-buffer", size, {0, longest_buffer}, "kernel's send buffer of a socket; 0 leaves it to the kernel",
                [](auto& o) -> auto& { return o.tcp_room.server.send_buffer; }),
         number("receive-buffer", size, {0, longest_buffer}, "and its receive buffer; for UDP, 0 asks for 8M",
                [](auto& o) -> auto& { return o.tcp_room.server.receive_buffer; })}};
}

// The default stands last in the help.
std::vector<option_group> with_defaults(std::vector<option_group> table)
{
    const options defaults;
    for (auto& group : table) {
        for (auto& one : group.members) {
            one.help += " (" + one.values(defaults).front() + ')';
        }
    }
    return table;
}

}  // namespace

const std::vector<option_group>& option_table()
{
    static const auto table = with_defaults({server_group(), member_group(), room_group(), access_group(), web_group(),
                                             tls_group(), udp_group(), message_group()});
    return table;
}

const option* find_option(const std::string& name)
{
    for (const auto& group : option_table()) {
        for (const auto& one : group.members) {
            if (one.name == name) {
                return &one;
            }
        }
    }
    return nullptr;
}

given without_secret(given one)
{
    const auto* known = find_option(one.name);
    if (known != nullptr && known->is_secret && one.value != automatic) {
        one.value = "***";
    }
    return one;
}

void complete(options& o)
{
    complete_conversation(o);
    complete_web(o);
    auto& udp = o.udp_room;
    udp.members = o.tcp_room.members;
    udp.drain_timeout = o.tcp_room.drain_timeout;
    udp.server.send_buffer = o.tcp_room.server.send_buffer;
    udp.server.receive_buffer = o.tcp_room.server.receive_buffer;
    constexpr std::size_t of_several_rooms = 64;  // docs/decisions/0004-which-shard-takes-a-connection.md
    constexpr std::size_t of_one_room = 1024;
    o.tcp_room.server.connections_per_shard =
        o.connections_per_shard.value_or(o.talk.rooms.size() > 1 ? of_several_rooms : of_one_room);
    if (!o.trusted_networks.empty()) {
        udp.trusted_networks = o.trusted_networks;
    }
}

}  // namespace server
