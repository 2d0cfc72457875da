// SPDX-License-Identifier: BSL-1.0
#include "reachable.hpp"

#include <chatroom/endpoint.hpp>

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

namespace server {
namespace {

namespace ip = boost::asio::ip;

std::optional<ip::address> address_of(const sockaddr* from)
{
    if (from != nullptr && from->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, from, sizeof v4);
        return ip::address_v4{ntohl(v4.sin_addr.s_addr)};
    }
    if (from != nullptr && from->sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, from, sizeof v6);
        ip::address_v6::bytes_type bytes;
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        return ip::address_v6{bytes};
    }
    return {};
}

bool is_link_local(const ip::address& address)
{
    return address.is_v6() ? address.to_v6().is_link_local() : (address.to_v4().to_uint() >> 16) == 0xa9fe;
}

}  // namespace

std::vector<ip::address> reachable_addresses(const ip::address& bound)
{
    const auto plain = chatroom::normalised(bound);
    if (!plain.is_unspecified()) {
        return plain.is_loopback() ? std::vector<ip::address>{} : std::vector{plain};
    }
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) {
        return {};
    }
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owned{list, &::freeifaddrs};
    std::vector<ip::address> found;
    for (const auto* one = list; one != nullptr; one = one->ifa_next) {
        const bool up = (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_RUNNING) != 0;
        const auto address = address_of(one->ifa_addr);
        if (up && address && !address->is_loopback() && !is_link_local(*address) &&
            (address->is_v4() || plain.is_v6())) {  // a socket bound to :: serves IPv4 too
            const auto first_v6 = std::ranges::find_if(found, &ip::address::is_v6);
            found.insert(address->is_v4() ? first_v6 : found.end(), *address);
        }
    }
    return found;
}

}  // namespace server
