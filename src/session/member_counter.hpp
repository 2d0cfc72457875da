// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "session/address_table.hpp"

#include <chatroom/disconnect_reason.hpp>

#include <atomic>
#include <cstddef>
#include <optional>

namespace chatroom::detail {

/// Counts members, and those of each address, up to their limits. Any thread.
class member_counter {
  public:
    /// As member_options has them; 0 members is no limit.
    member_counter(std::size_t max_members, std::optional<std::size_t> max_members_per_address)
        : max_members_{max_members},
          addresses_{max_members_per_address}
    {
    }

    /// Counts a member in, or says why not. Throws std::bad_alloc; then it counts nothing.
    [[nodiscard]] std::optional<disconnect_reason> enter(address_table::key key)
    {
        if (!addresses_.enter(key)) {
            return disconnect_reason::address_limit;
        }
        if (!take()) {
            addresses_.leave(key);
            return disconnect_reason::room_full;
        }
        return std::nullopt;
    }

    void leave(address_table::key key) noexcept
    {
        addresses_.leave(key);
        members_.fetch_sub(1);
    }

    [[nodiscard]] std::size_t members() const noexcept { return members_.load(); }

  private:
    [[nodiscard]] bool take() noexcept
    {
        auto members = members_.load();
        do {
            if (max_members_ != 0 && members >= max_members_) {
                return false;
            }
        } while (!members_.compare_exchange_weak(members, members + 1));
        return true;
    }

    const std::size_t max_members_;
    std::atomic<std::size_t> members_{0};
    address_table addresses_;
};

}  // namespace chatroom::detail
