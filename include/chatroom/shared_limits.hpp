// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <cstddef>
#include <memory>
#include <optional>

namespace chatroom {

namespace detail {
class member_counter;
}

/// Limits that are counted over every tcp_room and udp_room with a copy of this handle in its member_options: over the
/// transports of one room, or over several rooms. A member takes one place when it is admitted, however many rooms it
/// joins, and gives it back when its membership ends. Beyond a limit a peer is refused, with
/// disconnect_reason::room_full or address_limit. The limits of each transport hold beside these. Any thread.
class CHATROOM_EXPORT shared_limits {
  public:
    /// No limits.
    shared_limits() noexcept = default;

    /// At most `max_members` members at once (0 is no limit), and `max_members_per_address` from one address: as
    /// member_options::max_members_per_address has it, 0 is no limit, and unset is 64, with 127/8 and ::1 exempt.
    /// Throws std::bad_alloc.
    explicit shared_limits(std::size_t max_members, std::optional<std::size_t> max_members_per_address = std::nullopt);

    /// Members that are counted now; 0 for a default-made handle.
    [[nodiscard]] std::size_t members() const noexcept;

    /// For the library.
    [[nodiscard]] const std::shared_ptr<detail::member_counter>& counter() const noexcept { return counter_; }

  private:
    std::shared_ptr<detail::member_counter> counter_;
};

}  // namespace chatroom
