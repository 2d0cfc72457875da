// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/ip/address.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chatroom::detail {

/// The addresses whose first bits are the same.
struct network {
    boost::asio::ip::address base;  ///< Its other bits are 0; a v4-mapped one is v4.
    unsigned bits = 0;

    [[nodiscard]] bool contains(const boost::asio::ip::address& address) const;
    friend bool operator==(const network&, const network&) = default;
};

/// Reads ADDRESS/BITS or a bare address. Any thread.
[[nodiscard]] std::optional<network> parse_network(std::string_view text);

/// ADDRESS/BITS; a single address without the bits. Any thread.
[[nodiscard]] std::string to_string(const network& which);

/// Reads the address of ADDRESS:PORT, as member::address() has it. Any thread.
[[nodiscard]] boost::asio::ip::address host_of(std::string_view label);

/// What stands for a host in limits and bans: its v4 address, or the /64 of a v6 one, since a host has a whole one to
/// itself (RFC 4291, section 2.5.4). Any thread.
[[nodiscard]] network host_network(const boost::asio::ip::address& address);

/// Reads a list. Throws std::invalid_argument, naming what is no network and the option it is in. Any thread.
[[nodiscard]] std::vector<network> parse_networks(const std::vector<std::string>& texts, std::string_view option);

}  // namespace chatroom::detail
