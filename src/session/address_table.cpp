// SPDX-License-Identifier: BSL-1.0
#include <chatroom/session/address_table.hpp>

#include <algorithm>
#include <functional>
#include <string_view>

namespace chatroom {

std::size_t address_table::hash::operator()(const key& k) const noexcept
{
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(k.data()), k.size()});
}

bool address_table::counted(const boost::asio::ip::address& address) const noexcept
{
    return limit_ != 0 && !(spare_loopback_ && address.is_loopback());
}

address_table::key address_table::key_of(const boost::asio::ip::address& address) noexcept
{
    key k{};
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        std::copy(bytes.begin(), bytes.end(), k.end() - 4);
        k[10] = k[11] = 0xff;  // as v4-mapped, which no /64 of real IPv6 addresses can equal
    } else {
        const auto bytes = address.to_v6().to_bytes();
        std::copy_n(bytes.begin(), 8, k.begin());
    }
    return k;
}

bool address_table::enter(const boost::asio::ip::address& address)
{
    if (!counted(address)) {
        return true;
    }
    const std::scoped_lock lock{mutex_};
    auto& members = members_[key_of(address)];
    if (members == limit_) {
        return false;
    }
    ++members;
    return true;
}

void address_table::leave(const boost::asio::ip::address& address) noexcept
{
    if (!counted(address)) {
        return;
    }
    const std::scoped_lock lock{mutex_};
    const auto found = members_.find(key_of(address));
    if (found != members_.end() && --found->second == 0) {
        members_.erase(found);
    }
}

}  // namespace chatroom
