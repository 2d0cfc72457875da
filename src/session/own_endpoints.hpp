// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/ip/udp.hpp>

#include <mutex>
#include <vector>

namespace chatroom::detail {

/// Where a room over UDP is bound. A datagram that claims to come from there is forged, or the room's own. Any thread.
class own_endpoints {
  public:
    /// Throws std::bad_alloc.
    void add(const boost::asio::ip::udp::endpoint& bound);

    /// Whether the normalised endpoint is one of them, or has the port of one that is bound to a wildcard address and
    /// an address of this machine.
    [[nodiscard]] bool contain(const boost::asio::ip::udp::endpoint& endpoint) const noexcept;

  private:
    mutable std::mutex mutex_;  // a leaf
    std::vector<boost::asio::ip::udp::endpoint> bound_;
};

}  // namespace chatroom::detail
