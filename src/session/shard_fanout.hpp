// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room/fanout.hpp"
#include "session/traffic_counters.hpp"

#include <chatroom/serve/clock.hpp>
#include <chatroom/serve/shard.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace chatroom::detail {

/// A fanout on the strand of a shard. A wake crosses to the strand once for all that is published meanwhile, and goes
/// round the strand as long as that brings more, so that one send carries it all.
class shard_fanout final : public fanout, public std::enable_shared_from_this<shard_fanout> {
  public:
    /// `timer` is the shard's own; it calls housekeep() when it expires. `counters` gets the time that flushes take.
    shard_fanout(std::shared_ptr<room_state> room, slow_consumer_policy policy, std::shared_ptr<shard_list> shards,
                 std::size_t index, shard_timer timer, std::shared_ptr<tcp_counters> counters)
        : fanout{std::move(room), policy},
          shards_{std::move(shards)},
          index_{index},
          timer_{std::move(timer)},
          counters_{std::move(counters)}
    {
    }

    void housekeep(time_point now) noexcept
    {
        if (needs_housekeeping()) {
            flush(now);
        }
    }

    void collect(std::shared_ptr<member_collector> into) override;

  private:
    void wake() noexcept override;
    void coalesce(position seen, int round) noexcept;
    void flush_no_later_than(time_point when) override { timer_.expires_no_later_than(when); }

    const std::shared_ptr<shard_list> shards_;
    const std::size_t index_;
    shard_timer timer_;
    const std::shared_ptr<tcp_counters> counters_;
};

}  // namespace chatroom::detail
