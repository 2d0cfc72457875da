// SPDX-License-Identifier: BSL-1.0
#include <chatroom/networks.hpp>

#include <chatroom/endpoint.hpp>

#include <algorithm>
#include <stdexcept>

namespace chatroom {

namespace ip = boost::asio::ip;

networks::networks(const std::vector<std::string>& texts, const std::string& option)
{
    for (const auto& text : texts) {
        const bool v6 = text.find(':') != text.npos;
        const auto whole = text.find('/') != text.npos ? text : text + (v6 ? "/128" : "/32");
        boost::system::error_code ec;
        v6 ? v6_.push_back(ip::make_network_v6(whole, ec)) : v4_.push_back(ip::make_network_v4(whole, ec));
        if (ec) {
            auto words = '\'' + text;
            words.append("' in ").append(option).append(" is no network: write ADDRESS/BITS, e.g. 192.168.0.0/16");
            throw std::invalid_argument(words);
        }
    }
}

bool networks::contain(const ip::address& address) const
{
    const auto plain = normalised(address);
    if (plain.is_v4()) {
        return std::any_of(v4_.begin(), v4_.end(), [one = plain.to_v4()](const ip::network_v4& network) {
            return ip::network_v4{one, network.prefix_length()}.canonical() == network.canonical();
        });
    }
    return std::any_of(v6_.begin(), v6_.end(), [one = plain.to_v6()](const ip::network_v6& network) {
        // A scope (%eth0) is the interface that it came by, and no part of the network.
        return ip::network_v6{ip::address_v6{one.to_bytes()}, network.prefix_length()}.canonical() ==
               network.canonical();
    });
}

}  // namespace chatroom
