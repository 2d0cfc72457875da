// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/ip/address.hpp>

#include <vector>

namespace server {

/// The addresses at which other machines reach a socket that is bound to `bound`: none for loopback; for 0.0.0.0 and ::
/// those of the interfaces that are up, link-local ones left out.
[[nodiscard]] std::vector<boost::asio::ip::address> reachable_addresses(const boost::asio::ip::address& bound);

}  // namespace server
