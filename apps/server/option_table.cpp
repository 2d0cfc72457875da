// SPDX-License-Identifier: BSL-1.0
#include "option_table.hpp"

#include "option_kinds.hpp"

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
         one_of(
             "log-level", "LEVEL", "trace, debug, info, warn, error, critical or off",
             "trace, debug, info, warn, error, critical or off",
             {"trace", "debug", "info", "warn", "error", "critical", "off"},
             [](options& o, const std::string& level) { o.log_level = level; },
             [](const options& o) { return o.log_level; }),
         number("threads", whole_number, {0, most_threads},
                "threads, and shards, at most 1024; 0 is as many as CPUs may be used",
                [](auto& o) -> auto& { return o.threads; }),
         number("connections-per-shard", whole_number, {},
                "members over TCP that a shard takes before the next is given any; once all have so many, they "
                "fill evenly; 0 spreads them from the first on",
                [](auto& o) -> auto& { return o.connections_per_shard; }),
         number("drain", time, {}, "how long a member that leaves may take to receive what is owed to it; 0 is at once",
                [](auto& o) -> auto& { return o.members.drain_timeout; })}};
}

option_group member_group()
{
    return {"Members (0 is no limit)",
            {number_or_auto("max-members",
                            "members at once over each of TCP and UDP; auto: over TCP as many as the descriptors "
                            "allow, less 32, over UDP 1000000",
                            [](auto& o) -> auto& { return o.max_members; }),
             number_or_auto("max-members-per-address",
                            "members at once from one address; an IPv6 /64 is one; auto: 64, and no limit for loopback",
                            [](auto& o) -> auto& { return o.members.max_members_per_address; }),
             number("rate", whole_number, {}, "messages per second that a member may say",
                    [](auto& o) -> auto& { return o.members.rate; }),
             number("burst", whole_number, {.min = 1}, "messages that it may say at once",
                    [](auto& o) -> auto& { return o.members.burst; }),
             number("replay", whole_number, {}, "messages of the past that a member hears on joining",
                    [](auto& o) -> auto& { return o.members.replay; }),
             one_of(
                 "slow", "POLICY",
                 "disconnect or skip: what becomes of a member over TCP that falls off the log; over UDP it always "
                 "skips",
                 "disconnect or skip", {"disconnect", "skip"},
                 [](options& o, const std::string& word) {
                     o.members.slow_consumer = word == "skip" ? chatroom::slow_consumer_policy::skip
                                                              : chatroom::slow_consumer_policy::disconnect;
                 },
                 [](const options& o) {
                     return o.members.slow_consumer == chatroom::slow_consumer_policy::skip ? "skip" : "disconnect";
                 })}};
}

option_group udp_group()
{
    return {"Members over UDP",
            {number("heartbeat", time, {.min = 1}, "how often a member is to send #ping#; shorter than expiry",
                    [](auto& o) -> auto& { return o.udp_members.heartbeat_interval; }),
             number("expiry", time, {.min = 1}, "a member not heard from for longer than this is no longer one",
                    [](auto& o) -> auto& { return o.udp_members.heartbeat_timeout; }),
             networks("udp-trust",
                      "networks whose bare #ping# makes a member, since the source of a datagram can be forged; may be "
                      "given several times; auto: loopback, the private and the link-local networks",
                      &options::trusted_networks)}};
}

option_group message_group()
{
    return {
        "Messages (sizes in bytes, or with K or M; times as 100ms, 10s, 2min)",
        {number("max-message", size, {64, 60'000}, "longest message, 64 to 60000",
                [](auto& o) -> auto& { return o.room.max_message; }),
         number("log-bytes", size, {.min = 256 * 1024}, "messages kept for members to catch up with, at least 256K",
                [](auto& o) -> auto& { return o.room.log_bytes; }),
         number("quiet-gap", time, {.min = 1}, "silence that ends a text of a peer that sends no newlines",
                [](auto& o) -> auto& { return o.members.message_gap; }),
         number("line-time", time, {.min = 1}, "how long a line may take",
                [](auto& o) -> auto& { return o.members.line_timeout; }),
         number("discard", size, {0, std::uint64_t{1} << 30},
                "what is still read, and thrown away, from a member that is let go",
                [](auto& o) -> auto& { return o.members.linger_read_limit; }),
         number("peer-timeout", time, {8000, 24 * 3'600'000},
                "how long a peer that acknowledges nothing keeps its connection, 8s to 24h",
                [](auto& o) -> auto& { return o.members.server.peer_timeout; }),
         number("send-buffer", size, {0, longest_buffer}, "kernel's send buffer of a socket; 0 leaves it to the kernel",
                [](auto& o) -> auto& { return o.members.server.send_buffer; }),
         number("receive-buffer", size, {0, longest_buffer}, "and its receive buffer; for UDP, 0 asks for 8M",
                [](auto& o) -> auto& { return o.members.server.receive_buffer; })}};
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
    static const auto table = with_defaults({server_group(), member_group(), udp_group(), message_group()});
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

void share_between_transports(options& o)
{
    auto& udp = o.udp_members;
    const auto max_members = o.max_members.value_or(udp.max_members);
    static_cast<chatroom::member_options&>(udp) = o.members;
    udp.max_members = max_members;
    udp.drain_timeout = o.members.drain_timeout;
    udp.server.send_buffer = o.members.server.send_buffer;
    udp.server.receive_buffer = o.members.server.receive_buffer;
    o.members.server.connections_per_shard = o.connections_per_shard;
    if (!o.trusted_networks.empty()) {
        udp.trusted_networks = o.trusted_networks;
    }
}

}  // namespace server
