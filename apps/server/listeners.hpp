// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"
#include "service.hpp"
#include "transports.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

#include <string>
#include <vector>

namespace server {

/// One --tcp or --udp, and all addresses of its name.
template <typename Protocol>
struct listen_address {
    given origin;
    std::vector<boost::asio::ip::basic_endpoint<Protocol>> endpoints;
};

struct listen_addresses {
    std::vector<listen_address<boost::asio::ip::tcp>> tcp;
    std::vector<listen_address<boost::asio::ip::udp>> udp;
};

struct bound_addresses {
    std::vector<boost::asio::ip::tcp::endpoint> tcp;
    std::vector<boost::asio::ip::udp::endpoint> udp;
};

/// What --tcp and --udp ask for; the default if neither does, and `passed` is empty. Throws option_error for a name
/// that has no address.
[[nodiscard]] listen_addresses resolve(const options& o, const passed_sockets& passed);

/// Adopts what the service manager passed and opens the others. An address of a name with several may be unavailable:
/// IPv6 may be switched off. Throws std::runtime_error with a sentence if anything else can't be opened.
[[nodiscard]] bound_addresses open_listeners(transports& rooms, const passed_sockets& passed,
                                             const listen_addresses& wanted);

/// What is said of the addresses.
struct announced {
    std::string verb = "listening";
    std::string client_scheme = {};   ///< What others write before an address over TCP.
    std::string client_options = {};  ///< And behind it.
    std::string encrypted = "nothing is encrypted";
    std::string browser_scheme = {};  ///< Empty: browsers are not served.
};

/// A line for each address, "listening tcp 127.0.0.1:9001", and then what to tell others if these can reach one.
[[nodiscard]] std::string announcement(const bound_addresses& bound, const announced& how);

/// All addresses, as if each could be opened.
[[nodiscard]] bound_addresses expected(const listen_addresses& wanted);

}  // namespace server
