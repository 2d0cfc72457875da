// SPDX-License-Identifier: BSL-1.0
#include <chatroom/session/address_table.hpp>

namespace chatroom {

address_table::key address_table::key_of(const boost::asio::ip::address& address) const noexcept
{
    if (limit_ == 0 || (spare_loopback_ && address.is_loopback())) {
        return uncounted;
    }
    // Of IPv6, 0:1::/32 is reserved and never a host's (RFC 4291, section 2.4): v4 addresses are kept there.
    constexpr key v4_prefix = key{1} << 32;
    if (address.is_v4()) {
        return v4_prefix | address.to_v4().to_uint();
    }
    key upper = 0;
    const auto bytes = address.to_v6().to_bytes();
    for (std::size_t i = 0; i < 8; ++i) {
        upper = upper << 8 | bytes[i];
    }
    return upper == uncounted ? 1 : upper;  // ::1 is counted when it is asked for
}

bool address_table::enter(key address)
{
    if (address == uncounted) {
        return true;
    }
    const std::scoped_lock lock{mutex_};
    auto& members = members_[address];
    if (members == limit_) {
        return false;
    }
    ++members;
    return true;
}

void address_table::leave(key address) noexcept
{
    if (address == uncounted) {
        return;
    }
    const std::scoped_lock lock{mutex_};
    const auto found = members_.find(address);
    if (found != members_.end() && --found->second == 0) {
        members_.erase(found);
    }
}

}  // namespace chatroom
