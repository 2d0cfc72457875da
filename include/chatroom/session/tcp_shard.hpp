// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/observer.hpp>
#include <chatroom/options.hpp>
#include <chatroom/room/log.hpp>
#include <chatroom/room/log_reader.hpp>
#include <chatroom/room/room_state.hpp>
#include <chatroom/serve/clock.hpp>
#include <chatroom/serve/handler_memory.hpp>
#include <chatroom/serve/shard.hpp>
#include <chatroom/serve/task_group.hpp>
#include <chatroom/session/address_table.hpp>
#include <chatroom/session/flush_gate.hpp>
#include <chatroom/session/seats.hpp>
#include <chatroom/session/stop_request.hpp>
#include <chatroom/wire/token_bucket.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace chatroom {

class tcp_session;
class tcp_shard;

/// What the shards of one tcp_room share. Nothing in it changes, but for the last three, which see to themselves.
struct tcp_context {
    tcp_context(std::shared_ptr<room_state> r, const tcp_room_options& o, std::shared_ptr<time_source> c,
                std::shared_ptr<shard_list> s, task_group t)
        : room{std::move(r)},
          options{o},
          clock{std::move(c)},
          shards{std::move(s)},
          tasks{std::move(t)}
    {
    }

    const std::shared_ptr<room_state> room;
    const tcp_room_options options;
    const wire::token_rate rate{options.rate, options.burst};
    const std::shared_ptr<time_source> clock;
    const std::shared_ptr<shard_list> shards;
    const task_group tasks;
    address_table addresses{options.max_members_per_address};
    chatroom::seats seats{options.max_members};
    flush_gate<tcp_shard> gate{shards->size()};
};

/// The share of a room that one shard serves: its members, their positions in the log, their deadlines. Everything but
/// schedule() runs on the shard's strand.
class tcp_shard final : public log_reader, public std::enable_shared_from_this<tcp_shard> {
  public:
    tcp_shard(std::shared_ptr<tcp_context> context, std::size_t index);

    /// Starts the timer, and adds the shard to the room's readers. Any thread, once, before the first session.
    void start();

    /// Takes the shard from the room's readers. Any thread.
    void detach() noexcept;

    /// Starts the disconnect sequence of every session, later ones included. Any thread.
    void drain() noexcept { request_stop(stop_mode::drain); }

    /// Closes every session's connection. Any thread.
    void close_all() noexcept { request_stop(stop_mode::close); }

    [[nodiscard]] tcp_context& context() const noexcept { return *context_; }
    [[nodiscard]] room_state& room() const noexcept { return *context_->room; }
    [[nodiscard]] shard& home() const noexcept { return *(*context_->shards)[index_]; }
    [[nodiscard]] time_source::time_point now() const noexcept { return timer_.now(); }
    [[nodiscard]] bool draining() const noexcept { return draining_; }

    /// A session is enrolled as long as it may be owed something. Throws std::bad_alloc.
    void add(tcp_session& session);
    void remove(tcp_session& session) noexcept;

    /// Sends one session what it is owed, as much as its socket takes now.
    void serve(tcp_session& session) noexcept;

    /// The session's socket takes bytes again.
    void on_writable(tcp_session& session) noexcept;

    /// Counts the sessions that wait for the pressure on the log to end; the flush that sees its end resumes them.
    void count_congested(int change) noexcept { congested_ += static_cast<std::size_t>(change); }

    /// Has the session's on_deadline called at `when`; one that was set before is forgotten. Throws std::bad_alloc.
    void set_deadline(tcp_session& session, time_source::time_point when);
    void clear_deadline(tcp_session& session) noexcept;

    /// Reports what stopped one turn of a loop, for the member at `address` if it is one's; called within a catch
    /// block.
    void report_exception(std::string_view where, std::string_view address = {}) noexcept;

  private:
    /// The pieces that the last session was sent: most of the others stand at the same position.
    struct gathered {
        position from;
        position end;
        std::array<std::string_view, 8> pieces;
        std::size_t count = 0;
        std::size_t bytes = 0;
    };

    void wake() noexcept override;
    [[nodiscard]] bool idle() const noexcept override;
    void coalesce(position seen, int round) noexcept;
    void coalesce_round(position seen, int round) noexcept;
    void start_flushes() noexcept;
    void post_flush() noexcept;
    void end_flush() noexcept;
    void request_stop(stop_mode what) noexcept;
    void apply_stop_request() noexcept;
    void flush() noexcept;
    void flush_members() noexcept;
    void on_timer() noexcept;
    void deliver(tcp_session& session) noexcept;
    void send_pending(tcp_session& session);
    void catch_up(tcp_session& session);
    const gathered& gather(position from, position end);
    void block(tcp_session& session);
    void resume_readers() noexcept;
    void cancel_timer_if_done() noexcept;

    const std::shared_ptr<tcp_context> context_;
    const std::size_t index_;
    stop_request stop_request_;
    std::atomic<bool> detached_{false};
    handler_memory wake_memory_;  // of the one gathering or flush that is under way
    shard_timer timer_;
    std::vector<tcp_session*> sessions_;
    std::set<std::pair<time_source::time_point, tcp_session*>> deadlines_;
    log_view view_;
    gathered gathered_;
    position lowest_;            // no session stands before it
    position flushed_to_;        // the tail as the last flush found it
    std::size_t congested_ = 0;  // sessions that wait for the pressure to end
    bool draining_ = false;
    bool sending_ = false;                  // view_ is in use
    bool more_ = false;                     // somebody is owed more than this turn gave
    bool behind_ = false;                   // somebody still was when the last flush ended, or was blocked since
    std::atomic<bool> missed_wake_{false};  // a wake was refused memory
};

}  // namespace chatroom
