// SPDX-License-Identifier: BSL-1.0
#include "check.hpp"

#include "listeners.hpp"
#include "option_table.hpp"
#include "process.hpp"

#include <chatroom/serve/io_pool.hpp>

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
    auto text = announcement("would listen", expected(resolve(o, {})));
    if (o.tcp.empty() && o.udp.empty()) {
        text += "with sockets that systemd passes: at those alone\n";
    }
    text += "threads: " + std::to_string(chatroom::io_pool{o.threads}.threads()) + '\n';
    text += "members over TCP: " + limit(o.max_members.value_or(members_by_descriptors())) + '\n';
    text += "members over UDP: " + limit(o.udp_members.max_members) + '\n';
    text += "networks that #ping# is accepted from:" + joined(o.udp_members.trusted_networks) + '\n';
    return text;
}

}  // namespace

std::string report(const options& o)
{
    std::string text;
    for (const auto& group : option_table()) {
        for (const auto& one : group.members) {
            for (const auto& value : one.values(o)) {
                text += one.name + " = " + value + '\n';
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
