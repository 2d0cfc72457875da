// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/basic_endpoint.hpp>

#include <string>
#include <string_view>

namespace chatroom {

/// A v4-mapped address as the v4 address that it is. Any thread.
[[nodiscard]] CHATROOM_EXPORT boost::asio::ip::address normalised(const boost::asio::ip::address& address);

/// An endpoint whose address is normalised. Any thread.
template <typename Protocol>
[[nodiscard]] boost::asio::ip::basic_endpoint<Protocol>
normalised(const boost::asio::ip::basic_endpoint<Protocol>& endpoint)
{
    return {normalised(endpoint.address()), endpoint.port()};
}

/// `1.2.3.4:5` or `[::1]:5`, as the wire names a sender. Any thread.
[[nodiscard]] CHATROOM_EXPORT std::string to_label(const boost::asio::ip::address& address, unsigned short port);

/// The same of a TCP or UDP endpoint. Any thread.
template <typename Protocol>
[[nodiscard]] std::string to_label(const boost::asio::ip::basic_endpoint<Protocol>& endpoint)
{
    return to_label(endpoint.address(), endpoint.port());
}

/// A host and a port as a person writes them.
struct host_port {
    std::string host;  ///< A name or an address, without brackets.
    std::string port;  ///< Decimal, or the name of a service (services(5)).
};

/// Reads HOST, HOST:PORT, [V6]:PORT, V6, or PORT alone; what is missing is taken from `defaults`. Throws
/// std::invalid_argument with a sentence for people. Any thread.
[[nodiscard]] CHATROOM_EXPORT host_port parse_host_port(std::string_view text, const host_port& defaults);

}  // namespace chatroom
