// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room/log_reader.hpp"
#include "serve/handler_memory.hpp"
#include "session/udp_fanout.hpp"

#include <chatroom/serve/shard.hpp>

#include <atomic>
#include <cstddef>
#include <memory>

namespace chatroom::detail {

class udp_shard;

/// What one port has of one room: its fanout, and the way to it from the room.
class udp_share final : public log_reader, public std::enable_shared_from_this<udp_share> {
  public:
    udp_share(const std::shared_ptr<room_state>& room, std::weak_ptr<udp_shard> shard, shard_executor strand);

    /// Starts and ends being a reader of the room. Any thread.
    void attach() { room().add(shared_from_this()); }
    void detach() noexcept;

    [[nodiscard]] room_state& room() const noexcept { return fanout_.room(); }

    /// On the strand, as the next.
    [[nodiscard]] udp_fanout& fanout() noexcept { return fanout_; }

    /// Counts a member in, before it reads the room's tail, and out.
    void enter() noexcept { members_.fetch_add(1); }
    void leave() noexcept { members_.fetch_sub(1); }

    void show_backpressure() noexcept { set_backpressure_mark(fanout_.backpressure_mark()); }

    /// Flushes although there may be no member. Any thread.
    void schedule_anyway() noexcept
    {
        wanted_ = true;
        schedule();
    }

    void collect(std::shared_ptr<member_collector> into) override;

    bool due = false;  ///< On the strand: it waits for its sweep.

  private:
    void wake() noexcept override;
    [[nodiscard]] bool idle() const noexcept override;

    const std::weak_ptr<udp_shard> shard_;
    const shard_executor strand_;
    udp_fanout fanout_;
    handler_memory wake_memory_;  // of the one wake that is under way
    std::atomic<std::size_t> members_{0};
    std::atomic<bool> wanted_{false};
    std::atomic<bool> detached_{false};
};

}  // namespace chatroom::detail
