// SPDX-License-Identifier: BSL-1.0
#include "check.hpp"

#include "listeners.hpp"
#include "option_table.hpp"
#include "rooms.hpp"
#include "tls.hpp"

#include <chatroom/serve/io_pool.hpp>

#include <boost/asio/io_context.hpp>

#include <sstream>

namespace server {
namespace {

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words) {
        text += ' ' + word;
    }
    return text;
}

std::string limit(std::size_t members)
{
    return members == 0 ? "any number" : std::to_string(members);
}

std::string consequences(const options& o)
{
    boost::asio::io_context context;
    (void)open_rooms(context.get_executor(), o.talk, {});  // which fails now, or not at all
    auto text = announcement(expected(resolve(o, {})), {.verb = "would listen"});
    if (o.tcp.empty() && o.udp.empty()) {
        text += "with sockets that systemd passes: at those alone\n";
    }
    if (!o.tls_self.empty()) {
        text += "a certificate of its own in: " + tls_directory(o) + '\n';
    } else if (const auto secured = open_tls(o, 0); secured.reload) {
        text += "certificate: sha256 " + secured.fingerprint + '\n';
    }
    text += "threads: " + std::to_string(chatroom::io_pool{o.threads}.threads()) + '\n';
    text += "members over TCP: " + limit(members_over_tcp(o)) + '\n';
    text += "members over UDP: " +
            limit(o.udp_room.members.max_members.value_or(chatroom::udp_room_options::default_max_members)) + '\n';
    if (const auto& most = o.tcp_room.server.connections_per_shard; most && missing_packages().empty()) {
        text += "connections per shard: " + std::to_string(*most) + '\n';
        text += "bans are kept in: " + (o.talk.bans_file.empty() ? "no file" : o.talk.bans_file) + '\n';
    }
    text += "networks that #ping# is accepted from:" + joined(o.udp_room.trusted_networks) + '\n';
    return text;
}

}  // namespace

std::string report(const options& o)
{
    std::string text;
    for (const auto& group : option_table()) {
        for (const auto& one : group.members) {
            for (const auto& value : one.values(o)) {
                const bool hidden = one.is_secret && value != automatic;
                text += (hidden ? "# " : "") + one.name + " = " + value + '\n';
            }
        }
    }
    std::istringstream lines{consequences(o)};
    for (std::string line; std::getline(lines, line);) {
        text += "# " + line + '\n';
    }
    return text;
}

}  // namespace server
