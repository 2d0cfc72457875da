// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room/event_log.hpp"
#include "room/log.hpp"
#include "room/log_reader.hpp"

#include <chatroom/export.hpp>
#include <chatroom/observer.hpp>
#include <chatroom/options.hpp>
#include <chatroom/room_policy.hpp>
#include <chatroom/sequencer.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chatroom::detail {

/// What room, its followers and the transports that serve it share. Any thread may call anything.
class CHATROOM_EXPORT room_state {
  public:
    room_state(const room_options& options, std::shared_ptr<observer> observer, room_policy policy = {},
               std::shared_ptr<sequencer> order = {});

    /// Cleans and checks the text, and has it appended: at once, or when the sequencer has decided. Returns an error of
    /// chatroom::error, or not_enough_memory; then nothing was published. The sender is one of wire::is_sender().
    error_code publish(const room_entry& what) noexcept;

    /// The same for a member, whose text the policy sees before it is published. With error::refused, `words` is what
    /// the member is to be told, if anything. On the member's strand.
    error_code submit(const member& from, std::string_view sender, std::string_view text, std::string& words) noexcept;

    /// Appends what the sequencer has decided, with publish()'s checks and errors.
    error_code append(const room_entry& what, std::chrono::system_clock::time_point time) noexcept;

    /// Tells followers with events of a join, leave or rename; nothing where there are none. `text` is what it says
    /// beside the sender. Any thread.
    void report(entry_kind kind, member_id who, std::string_view sender, std::string_view text = {}) noexcept;

    /// Events are kept from the first call on; returns the number of the next.
    [[nodiscard]] std::uint64_t keep_events() noexcept;

    /// As view_since(), and the event of that number, at the same moment, if it came before the message at `from`. See
    /// event_log::take.
    [[nodiscard]] std::optional<message> view_since(position from, log_view& view, std::uint64_t& event) const;

    /// A reader is scheduled from add() on, until remove() has returned. add() throws std::bad_alloc.
    void add(std::shared_ptr<log_reader> reader);
    void remove(const log_reader* reader) noexcept;

    /// See message_log::view_since. Throws std::bad_alloc.
    void view_since(position from, log_view& view) const;
    [[nodiscard]] position tail() const noexcept;
    [[nodiscard]] position oldest() const noexcept;

    /// Both at one moment.
    [[nodiscard]] std::pair<position, position> extent() const noexcept;

    /// Whether some reader is more than half a log behind, or the sequencer asks for it, so that senders are held back.
    /// A sender that is held back calls request_resume(), and its reader is scheduled when the congestion is over.
    [[nodiscard]] bool congested() const noexcept;
    void request_resume() noexcept { waiting_.store(true); }

    /// Called by a reader after each flush: schedules all readers if senders wait and the congestion is over.
    void resume_if_relieved() noexcept;

    /// Ends publishing, schedules every reader, so that it finds out, and calls what on_close() was given.
    void close() noexcept;

    /// Has a function called when the room is closed, on the thread that closes it; at once, if it is closed already.
    /// `owner` is what forget() is given to let it go. Throws std::bad_alloc.
    void on_close(const void* owner, std::function<void()> what);
    void forget(const void* owner) noexcept;
    [[nodiscard]] bool closed() const noexcept { return closed_.load(); }

    /// An id that no member or speaker of this process has had.
    [[nodiscard]] static member_id next_id() noexcept;

    /// Counts a member in, of whatever transport.
    void enter() noexcept { members_.fetch_add(1); }
    void leave() noexcept { members_.fetch_sub(1); }
    [[nodiscard]] std::size_t members() const noexcept { return members_.load(); }

    [[nodiscard]] chatroom::observer& observer() const noexcept { return *observer_; }
    [[nodiscard]] const room_options& options() const noexcept { return options_; }
    [[nodiscard]] const std::string& epoch() const noexcept { return epoch_; }
    [[nodiscard]] const room_policy& policy() const noexcept { return policy_; }

    /// The log readers. Their members are asked through them.
    using reader_list = std::vector<std::shared_ptr<log_reader>>;
    [[nodiscard]] std::shared_ptr<const reader_list> readers() const noexcept;

  private:
    error_code prepare(std::string_view& text, std::string& cleaned) const;
    error_code decide(const room_entry& what);
    // Without a time it is read under the mutex, so that times lie in the order of the messages.
    error_code append_clean(const room_entry& what, std::optional<std::chrono::system_clock::time_point> time);
    void schedule_readers() const noexcept;

    const room_options options_;
    const room_policy policy_;
    const std::shared_ptr<chatroom::observer> observer_;
    const std::shared_ptr<sequencer> sequencer_;  // null: what is published is appended at once
    const std::string epoch_;
    mutable std::mutex mutex_;  // a leaf: nothing is called under it
    message_log log_;
    event_log events_;
    std::shared_ptr<const reader_list> readers_;  // replaced, never changed
    std::vector<std::pair<const void*, std::function<void()>>> on_close_;
    std::atomic<bool> keeps_events_{false};
    std::atomic<bool> waiting_{false};
    std::atomic<bool> closed_{false};
    std::atomic<std::size_t> members_{0};
};

}  // namespace chatroom::detail
