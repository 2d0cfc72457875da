// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace chatroom::detail {

/// Counts the members of each address, to keep one address from taking every place. Of IPv6, a /64 is one address,
/// since a host has a whole one to itself (RFC 4291, section 2.5.4). Any thread.
class address_table {
  public:
    /// As member_options::max_members_per_address.
    explicit address_table(std::optional<std::size_t> limit) : limit_{limit.value_or(64)}, spare_loopback_{!limit} {}

    /// What stands for an address in every table: a v4 address, or the upper half of a v6 one, which is 0 for ::1.
    using key = std::uint64_t;
    [[nodiscard]] static key key_of(const boost::asio::ip::address& address) noexcept;

    /// Counts a member in; false if the limit is reached. Throws std::bad_alloc.
    [[nodiscard]] bool enter(key address);
    void leave(key address) noexcept;

  private:
    [[nodiscard]] bool counts(key address) const noexcept;

    const std::size_t limit_;
    const bool spare_loopback_;
    std::mutex mutex_;
    std::unordered_map<key, std::size_t> members_;
};

}  // namespace chatroom::detail
