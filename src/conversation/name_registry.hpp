// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "name.hpp"

#include <chatroom/message.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace chatroom::detail {

/// Who has which name. Two members never have names that share a key. Not thread-safe.
class name_registry {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    /// How long a name is kept for a member that was lost.
    static constexpr std::chrono::seconds hold_time{30};

    /// A name that somebody has, or that is kept for one that was lost.
    struct claim {
        using hash = std::array<unsigned char, 16>;
        using place = std::map<std::string, std::shared_ptr<claim>, std::less<>>::iterator;

        std::string text;
        member_id holder = server_id;  ///< server_id while it is kept.
        time_point kept_until;
        std::optional<hash> key_hash = {};  ///< The key itself is kept nowhere.
        std::array<place, 2> places = {};   ///< Where the registry has it.
        std::size_t place_count = 0;
    };
    using claim_ptr = std::shared_ptr<claim>;

    name_registry();

    /// What became of a claim.
    struct answer {
        enum class outcome { granted, taken, kept, account } what = outcome::granted;
        claim_ptr granted = {};          ///< The claim, if it is granted.
        member_id replaced = server_id;  ///< Whom the name was taken from.
        std::chrono::seconds wait{0};    ///< While it is kept: for so long.
    };

    /// Claims a name for a member that has `former`, or null; that one ends if the new one is granted. A claim with the
    /// same non-empty `key` as the earlier one takes the name over. `proven`: the account's password was right.
    answer request(const valid_name& name, member_id who, const claim_ptr& former, std::string_view key, time_point now,
                   bool proven = false);

    /// Whether somebody else than who has `former`, or null, has the name, or it is kept for one that was lost.
    [[nodiscard]] bool is_claimed(const valid_name& name, const claim_ptr& former, time_point now);

    /// The name is free again; or, if `keep`, in half a minute.
    void release(const claim_ptr& which, bool keep, time_point now);

    /// Nobody may have the name without having proven that the account is theirs.
    void reserve(const valid_name& name);

    /// The claim of a name, held by somebody; null if there is none.
    [[nodiscard]] claim_ptr find(const valid_name& name) const;

    /// Claims, those that are kept included.
    [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }

  private:
    [[nodiscard]] claim::hash hash_of(std::string_view key) const;
    void erase(const claim_ptr& which) noexcept;
    void forget_kept(time_point now);

    std::array<unsigned char, 32> secret_{};
    std::map<std::string, claim_ptr, std::less<>> names_;  // by key
    std::set<std::string> accounts_;                       // keys
    std::deque<std::pair<time_point, claim_ptr>> kept_;    // in the order of time
};

}  // namespace chatroom::detail
