// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <string>
#include <vector>

namespace chatroom {

/// A set of networks. Immutable, and so for any thread.
class CHATROOM_EXPORT networks {
  public:
    /// From ADDRESS/BITS, or a bare address. Throws std::invalid_argument, naming what is neither, and the option that
    /// has it.
    explicit networks(const std::vector<std::string>& texts, const std::string& option = "trusted_networks");

    /// Whether the address, a v4-mapped one as the v4 address that it is, is in one of them.
    [[nodiscard]] bool contain(const boost::asio::ip::address& address) const;

  private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

}  // namespace chatroom
