// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room/cursor.hpp"
#include "room/encoder.hpp"
#include "room/log.hpp"
#include "room/log_reader.hpp"
#include "room/output.hpp"
#include "room/room_state.hpp"

#include <chatroom/export.hpp>
#include <chatroom/options.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace chatroom::detail {

/// One room on one strand: the cursors of its members there, and the flush that gives each what it has not had yet.
/// Knows no socket. Everything but schedule() and the functions that say so runs on the strand.
class CHATROOM_EXPORT fanout : public log_reader {
  public:
    using time_point = cursor::time_point;

    /// A member that is behind holds the speakers back for so long.
    static constexpr auto behind_grace = std::chrono::seconds{1};

    fanout(std::shared_ptr<room_state> room, slow_consumer_policy policy);

    /// Places the cursor, and serves it from now on: it gets every message that is published after this returns.
    /// `format` as wire::protocol::format(). Throws std::bad_alloc, and nothing changed.
    void add(cursor& which, output& out, const wire::message_format* format, const log_start& from);

    /// Serves it no more. Not from within a flush.
    void remove(cursor& which) noexcept;

    /// Starts the end of a live cursor: it gets what is published by now, or, without `pending`, nothing more, and then
    /// output::on_end() is called.
    void end(cursor& which, bool pending, time_point now) noexcept;

    /// Gives one cursor what its output takes now. The flush under way, if there is one, does it later.
    void serve(cursor& which, time_point now) noexcept;

    /// Gives each cursor what its output takes now, and says anew how far behind the slowest is.
    void flush(time_point now) noexcept;

    /// Has output::on_relieved() called once the room is not congested any more.
    void await_relief(cursor& which) noexcept;
    void cancel_relief(cursor& which) noexcept;

    /// Whether the next housekeeping is to flush, though nothing is published.
    [[nodiscard]] bool needs_housekeeping() const noexcept { return behind_ || awaiting_relief_ != 0; }

    /// Adds the members here to the collection.
    void add_members(member_collector& into);

    /// Takes it from the room's readers. Any thread.
    void detach() noexcept;

    [[nodiscard]] room_state& room() const noexcept { return *room_; }
    [[nodiscard]] const std::shared_ptr<room_state>& shared_room() const noexcept { return room_; }
    [[nodiscard]] std::size_t size() const noexcept { return cursors_.size(); }
    [[nodiscard]] position flushed_to() const noexcept { return flushed_to_; }

  private:
    [[nodiscard]] bool idle() const noexcept override;

    /// Asks for a call of flush() at `when`, or earlier.
    virtual void flush_no_later_than(time_point when) = 0;

    std::uint16_t encoder_for(const wire::message_format* format);
    [[nodiscard]] encoder& encoder_of(const cursor& which) noexcept;
    void serve_all(time_point now);
    void deliver(cursor& which, time_point now) noexcept;
    void send_pending(cursor& which, time_point now);
    void catch_up(cursor& which);
    void on_blocked(cursor& which, time_point now);
    void clear_views() noexcept;
    void announce_close() noexcept;
    void relieve() noexcept;

    const std::shared_ptr<room_state> room_;
    const slow_consumer_policy policy_;
    std::atomic<std::size_t> members_{0};  // cursors_.size(), but counted before the position is read
    std::atomic<bool> detached_{false};
    std::vector<cursor*> cursors_;
    log_view view_;
    log_encoder log_encoder_;
    std::vector<std::pair<const wire::message_format*, std::unique_ptr<batch_encoder>>> batch_encoders_;
    position lowest_;      // no cursor stands before it
    position flushed_to_;  // the tail as the last flush found it
    std::size_t awaiting_relief_ = 0;
    bool sending_ = false;  // view_ is in use
    bool more_ = false;     // some cursor is to get more than this turn gave
    bool behind_ = false;   // some cursor was, when the last flush ended or since
    bool close_announced_ = false;
};

}  // namespace chatroom::detail
