// SPDX-License-Identifier: BSL-1.0
#include "session/own_endpoints.hpp"

#include "../serve/sockets.hpp"

#include <chatroom/endpoint.hpp>

#include <sys/socket.h>

#include <algorithm>

namespace chatroom::detail {
namespace {

using udp = boost::asio::ip::udp;

// Binding is allowed to addresses of this machine alone (ip(7), EADDRNOTAVAIL).
bool is_local(const boost::asio::ip::address& address) noexcept
{
    udp::endpoint at{address, 0};
    const unique_fd probe{::socket(at.protocol().family(), SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    return probe.get() >= 0 && ::bind(probe.get(), at.data(), static_cast<socklen_t>(at.size())) == 0;
}

}  // namespace

void own_endpoints::add(const udp::endpoint& bound)
{
    const auto plain = normalised(bound);
    const std::scoped_lock lock{mutex_};
    if (std::find(bound_.begin(), bound_.end(), plain) == bound_.end()) {  // the shards share one
        bound_.push_back(plain);
    }
}

bool own_endpoints::contain(const udp::endpoint& endpoint) const noexcept
{
    const std::scoped_lock lock{mutex_};
    return std::any_of(bound_.begin(), bound_.end(), [&endpoint](const udp::endpoint& bound) {
        return bound.port() == endpoint.port() &&
               (bound == endpoint || (bound.address().is_unspecified() && is_local(endpoint.address())));
    });
}

}  // namespace chatroom::detail
