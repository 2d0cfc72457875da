// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <netinet/in.h>

namespace reference {

/// The members of the UDP reference: side by side in one array, found by a table of places, linked in the order in
/// which they were last heard.
class members {
  public:
    struct member {
        sockaddr_in address{};
        std::uint32_t heard = 0;  // milliseconds
        std::uint32_t older = none;
        std::uint32_t newer = none;
    };

    [[nodiscard]] std::vector<member>& all() { return members_; }

    [[nodiscard]] bool is_member(const sockaddr_in& who) const { return places_[find(who)] != none; }

    /// Makes it a member, or keeps it one.
    void hear(const sockaddr_in& who, std::uint32_t time)
    {
        auto at = find(who);
        if (places_[at] == none) {
            if (members_.size() * 2 >= places_.size()) {
                grow();
                at = find(who);
            }
            places_[at] = static_cast<std::uint32_t>(members_.size());
            members_.push_back({who, time});
        } else {
            unlink(members_[places_[at]]);
        }
        auto& it = members_[places_[at]];
        it.heard = time;
        it.older = newest_;
        it.newer = none;
        (newest_ == none ? least_recent_ : members_[newest_].newer) = places_[at];
        newest_ = places_[at];
    }

    void remove(const sockaddr_in& who)
    {
        const auto at = find(who);
        const auto index = places_[at];
        if (index == none) {
            return;
        }
        unlink(members_[index]);
        vacate(at);
        const auto last = static_cast<std::uint32_t>(members_.size() - 1);
        if (index != last) {
            places_[find(members_[last].address)] = index;
            members_[index] = members_[last];
            const auto& moved = members_[index];
            (moved.older == none ? least_recent_ : members_[moved.older].newer) = index;
            (moved.newer == none ? newest_ : members_[moved.newer].older) = index;
        }
        members_.pop_back();
    }

    /// Removes who was not heard for more than `limit`.
    void expire(std::uint32_t time, std::uint32_t limit)
    {
        while (least_recent_ != none && time - members_[least_recent_].heard > limit) {
            remove(sockaddr_in{members_[least_recent_].address});
        }
    }

  private:
    static constexpr std::uint32_t none = 0xFFFFFFFF;

    [[nodiscard]] std::size_t home(const sockaddr_in& who) const
    {
        const auto key = std::uint64_t{who.sin_addr.s_addr} << 16U | who.sin_port;
        return static_cast<std::size_t>(key * 0x9E3779B97F4A7C15U >> 32U) & (places_.size() - 1);
    }

    // Its place, or the free one where it belongs.
    [[nodiscard]] std::size_t find(const sockaddr_in& who) const
    {
        auto at = home(who);
        while (places_[at] != none) {
            const auto& found = members_[places_[at]].address;
            if (found.sin_addr.s_addr == who.sin_addr.s_addr && found.sin_port == who.sin_port) {
                break;
            }
            at = (at + 1) & (places_.size() - 1);
        }
        return at;
    }

    // What was pushed on by the one that leaves moves back.
    void vacate(std::size_t hole)
    {
        const auto mask = places_.size() - 1;
        for (auto at = (hole + 1) & mask; places_[at] != none; at = (at + 1) & mask) {
            const auto wanted = home(members_[places_[at]].address);
            if (((at - wanted) & mask) >= ((at - hole) & mask)) {
                places_[hole] = places_[at];
                hole = at;
            }
        }
        places_[hole] = none;
    }

    void grow()
    {
        places_.assign(places_.size() * 2, none);
        for (std::uint32_t i = 0; i < members_.size(); ++i) {
            places_[find(members_[i].address)] = i;
        }
    }

    void unlink(const member& who)
    {
        (who.older == none ? least_recent_ : members_[who.older].newer) = who.newer;
        (who.newer == none ? newest_ : members_[who.newer].older) = who.older;
    }

    std::vector<member> members_;
    std::vector<std::uint32_t> places_ = std::vector<std::uint32_t>(1024, none);  // indexes of members
    std::uint32_t least_recent_ = none;
    std::uint32_t newest_ = none;
};

}  // namespace reference
