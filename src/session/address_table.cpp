// SPDX-License-Identifier: BSL-1.0
#include "session/address_table.hpp"

namespace chatroom::detail {

namespace {

// Of IPv6, 0:1::/32 is reserved and never a host's (RFC 4291, section 2.4): v4 addresses are kept there.
constexpr address_table::key v4_prefix = address_table::key{1} << 32;

}  // namespace

address_table::key address_table::key_of(const boost::asio::ip::address& address) noexcept
{
    if (address.is_v4()) {
        return v4_prefix | address.to_v4().to_uint();
    }
    key upper = 0;
    const auto bytes = address.to_v6().to_bytes();
    for (std::size_t i = 0; i < 8; ++i) {
        upper = upper << 8 | bytes[i];
    }
    return upper;
}

bool address_table::counts(key address) const noexcept
{
    // Of ::/64, ::1 is the one address that a peer can have.
    const bool is_loopback = address == 0 || address >> 24 == (v4_prefix >> 24 | 127);
    return limit_ != 0 && !(spare_loopback_ && is_loopback);
}

bool address_table::enter(key address)
{
    if (!counts(address)) {
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
    if (!counts(address)) {
        return;
    }
    const std::scoped_lock lock{mutex_};
    const auto found = members_.find(address);
    if (found != members_.end() && --found->second == 0) {
        members_.erase(found);
    }
}

}  // namespace chatroom::detail
