// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "session/address_table.hpp"
#include "session/member_counter.hpp"

#include <chatroom/disconnect_reason.hpp>
#include <chatroom/options.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace chatroom::detail {

/// Counts the peers for whom a room_policy is asked, and those that are to be refused in a protocol that is not known
/// yet. There may be 1,024. Any thread.
class pending_admissions {
  public:
    static constexpr std::size_t most = 1024;
    static constexpr std::chrono::seconds timeout{10};

    struct leave {
        void operator()(pending_admissions* from) const noexcept { from->pending_.fetch_sub(1); }
    };
    using place = std::unique_ptr<pending_admissions, leave>;

    /// A place among them, to be kept as long as the peer waits; null if there is none.
    [[nodiscard]] place enter() noexcept
    {
        const bool in = pending_.fetch_add(1) < most;
        if (!in) {
            pending_.fetch_sub(1);
        }
        return place{in ? this : nullptr};
    }

  private:
    std::atomic<std::size_t> pending_{0};
};

/// Who may be a member: the limits of a transport, over all of its shards, and those that it shares with others. Any
/// thread.
class admission {
  public:
    /// `default_max_members` holds where the options leave it unset; 0 is no limit.
    admission(const member_options& options, std::size_t default_max_members)
        : own_{options.max_members.value_or(default_max_members), own_address_limit(options)},
          shared_{options.shared.counter()}
    {
    }

    /// A member's place, which it gives back.
    class slot {
      public:
        slot() = default;
        slot(admission& from, address_table::key key) noexcept : admission_{&from}, key_{key} {}
        slot(slot&& other) noexcept : admission_{std::exchange(other.admission_, nullptr)}, key_{other.key_} {}
        slot& operator=(slot&& other) noexcept
        {
            std::swap(admission_, other.admission_);
            std::swap(key_, other.key_);
            return *this;
        }
        ~slot() { give_back(); }

        void give_back() noexcept
        {
            if (auto* const from = std::exchange(admission_, nullptr)) {
                from->leave(key_);
            }
        }

        /// The owner calls admission::leave() itself.
        void release() noexcept { admission_ = nullptr; }
        explicit operator bool() const noexcept { return admission_ != nullptr; }

      private:
        admission* admission_ = nullptr;
        address_table::key key_ = 0;
    };

    /// A place for a member from there, or why there is none. Throws std::bad_alloc.
    [[nodiscard]] std::pair<slot, std::optional<disconnect_reason>> enter(address_table::key key)
    {
        if (const auto refused = own_.enter(key)) {
            return {slot{}, refused};
        }
        try {
            const auto refused = shared_ ? shared_->enter(key) : std::nullopt;
            if (!refused) {
                return {slot{*this, key}, std::nullopt};
            }
            own_.leave(key);
            return {slot{}, refused};
        } catch (...) {
            own_.leave(key);
            throw;
        }
    }

    /// Gives back the place of a member whose slot was released.
    void leave(address_table::key key) noexcept
    {
        own_.leave(key);
        if (shared_) {
            shared_->leave(key);
        }
    }

    /// Members of this transport.
    [[nodiscard]] std::size_t members() const noexcept { return own_.members(); }

  private:
    // The default gives way to the shared limit.
    static std::optional<std::size_t> own_address_limit(const member_options& options) noexcept
    {
        constexpr std::size_t none = 0;
        return options.shared.counter() ? options.max_members_per_address.value_or(none)
                                        : options.max_members_per_address;
    }

    member_counter own_;
    const std::shared_ptr<member_counter> shared_;
};

}  // namespace chatroom::detail
