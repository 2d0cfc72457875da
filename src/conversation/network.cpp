// SPDX-License-Identifier: BSL-1.0
#include "network.hpp"

#include <chatroom/endpoint.hpp>

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <charconv>
#include <stdexcept>

namespace chatroom::detail {
namespace {

namespace ip = boost::asio::ip;

// A scope (%eth0) is the interface that it came by, and no part of the network.
ip::address masked(const ip::address& address, unsigned bits)
{
    if (address.is_v4()) {
        return ip::network_v4{address.to_v4(), static_cast<unsigned short>(bits)}.network();
    }
    return ip::network_v6{ip::address_v6{address.to_v6().to_bytes()}, static_cast<unsigned short>(bits)}.network();
}

unsigned most_bits(const ip::address& address) noexcept
{
    return address.is_v4() ? 32 : 128;
}

}  // namespace

bool network::contains(const ip::address& address) const
{
    const auto plain = normalised(address);
    return plain.is_v4() == base.is_v4() && masked(plain, bits) == base;
}

std::optional<network> parse_network(std::string_view text)
{
    const auto slash = text.find('/');
    boost::system::error_code ec;
    const auto address = normalised(ip::make_address(std::string{text.substr(0, slash)}, ec));
    if (ec) {
        return std::nullopt;
    }
    auto bits = most_bits(address);
    if (slash != text.npos) {
        const auto number = text.substr(slash + 1);
        const auto* const end = number.data() + number.size();
        const auto [rest, error] = std::from_chars(number.data(), number.data() + number.size(), bits);
        if (error != std::errc{} || rest != end || bits > most_bits(address)) {
            return std::nullopt;
        }
    }
    return network{masked(address, bits), bits};
}

std::string to_string(const network& which)
{
    const auto base = which.base.to_string();
    return which.bits == most_bits(which.base) ? base : base + '/' + std::to_string(which.bits);
}

ip::address host_of(std::string_view label)
{
    auto host = label.substr(0, label.rfind(':'));
    if (host.starts_with('[')) {
        host = host.substr(1, host.size() - 2);
    }
    boost::system::error_code ec;
    return normalised(ip::make_address(std::string{host}, ec));
}

network host_network(const ip::address& address)
{
    const auto bits = address.is_v4() ? 32U : 64U;
    return {masked(address, bits), bits};
}

std::vector<network> parse_networks(const std::vector<std::string>& texts, std::string_view option)
{
    std::vector<network> all;
    for (const auto& text : texts) {
        const auto one = parse_network(text);
        if (!one) {
            throw std::invalid_argument{"'" + text + "' in " + std::string{option} +
                                        " is no network: write ADDRESS/BITS, e.g. 192.168.0.0/16"};
        }
        all.push_back(*one);
    }
    return all;
}

}  // namespace chatroom::detail
