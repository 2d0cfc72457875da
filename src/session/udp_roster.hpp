// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/message.hpp>
#include <chatroom/serve/datagrams.hpp>
#include <chatroom/wire/token_bucket.hpp>

#include <boost/asio/ip/udp.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

namespace chatroom::detail {

/// A member that comes over UDP: an address, and what the room remembers of it. There may be a million: a word counts.
struct udp_member {
    using time_point = std::chrono::steady_clock::time_point;

    member_id id = server_id;
    std::uint64_t next = 0;  ///< The sequence of the first message that it is still owed.
    time_point heard;
    time_point told = time_point::min();  ///< When it was last told that it is above its rate.
    wire::token_bucket bucket;
    boost::asio::ip::udp::endpoint endpoint;
    local_address local;  ///< Which of our addresses it speaks to.

    std::uint32_t warned : 1 = 0;  ///< It was told that its datagrams look like a server's.

    // The roster's own.
    std::uint32_t slot : 31 = 0;
    std::uint32_t less_recent = 0;  ///< Of a free slot: the next free one.
    std::uint32_t more_recent = 0;  ///< Of a free slot: itself.
};
static_assert(sizeof(udp_member) == 96);

/// The members of one port: found by address, kept in the order in which they were last heard, and gone through slot by
/// slot. A member stays in its slot, whatever the others do. A plain value, with no socket and no clock.
///
///     order of heartbeats:   least recent ◄─► … ◄─► most recent      each heartbeat moves its member to the right end
///     slots:                 [ chunk 0 ][ (none) ][ chunk 2 ] …      an empty chunk is given back
class CHATROOM_EXPORT udp_roster {
  public:
    using endpoint_type = boost::asio::ip::udp::endpoint;
    using time_point = udp_member::time_point;

    udp_roster();
    udp_roster(const udp_roster&) = delete;
    udp_roster& operator=(const udp_roster&) = delete;

    /// The member of that address, or null.
    [[nodiscard]] udp_member* find(const endpoint_type& endpoint) noexcept;

    /// Adds a member that is not there yet, heard at `now`, and so the youngest. Throws std::bad_alloc, and nothing
    /// changed.
    udp_member& add(const endpoint_type& endpoint, time_point now);

    /// Heard from it again: it is the youngest now. `now` never goes back.
    void touch(udp_member& member, time_point now) noexcept;

    void remove(udp_member& member) noexcept;

    /// The member not heard from for the longest time, or null.
    [[nodiscard]] udp_member* least_recent() noexcept { return least_recent_ == none ? nullptr : &at(least_recent_); }

    [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }

    /// The slots, some of them free: what to go through to reach every member. It changes with add() and remove().
    [[nodiscard]] std::size_t slots() const noexcept { return chunks_.size() * chunk_size; }

    /// The first member in slot `slot` or beyond; null if there is none. slot_of() tells where it is.
    [[nodiscard]] udp_member* member_from(std::size_t slot) noexcept;
    [[nodiscard]] static std::size_t slot_of(const udp_member& member) noexcept { return member.slot; }

  private:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::size_t chunk_size = 1024;

    struct chunk {
        std::array<udp_member, chunk_size> members;
        std::size_t used = 0;
        std::uint32_t first_free = none;
    };

    // The index holds slots, and is asked for addresses.
    struct hash {
        using is_transparent = void;
        std::size_t operator()(const endpoint_type& endpoint) const noexcept;
        std::size_t operator()(std::uint32_t slot) const noexcept { return (*this)(roster->at(slot).endpoint); }
        udp_roster* roster;
        std::uint64_t secret;
    };
    struct equal {
        using is_transparent = void;
        bool operator()(std::uint32_t a, std::uint32_t b) const noexcept { return a == b; }
        bool operator()(const endpoint_type& a, std::uint32_t b) const noexcept { return a == roster->at(b).endpoint; }
        bool operator()(std::uint32_t a, const endpoint_type& b) const noexcept { return b == roster->at(a).endpoint; }
        udp_roster* roster;
    };

    [[nodiscard]] static bool is_free(const udp_member& member) noexcept { return member.more_recent == member.slot; }
    [[nodiscard]] udp_member& at(std::uint32_t slot) noexcept
    {
        return chunks_[slot / chunk_size]->members[slot % chunk_size];
    }
    chunk& chunk_with_room();
    static void give_back(chunk& home, udp_member& slot) noexcept;
    void append(udp_member& member) noexcept;
    void unlink(udp_member& member) noexcept;

    std::vector<std::unique_ptr<chunk>> chunks_;
    std::size_t maybe_room_ = 0;  // no chunk before this one has a free slot
    boost::unordered_flat_set<std::uint32_t, hash, equal> index_;
    std::uint32_t least_recent_ = none;
    std::uint32_t most_recent_ = none;
};

}  // namespace chatroom::detail
