// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/observer.hpp>
#include <chatroom/options.hpp>
#include <chatroom/room/log.hpp>
#include <chatroom/room/log_reader.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

namespace chatroom {

/// What room, its followers and the transports that serve it share. Any thread may call anything.
class CHATROOM_EXPORT room_state {
  public:
    room_state(const room_options& options, std::shared_ptr<observer> observer);

    /// The publish path: cleans and checks the text, appends it, and schedules every reader. Returns an error of
    /// chatroom::error, or not_enough_memory; then nothing was published. `sender` is `*` or ADDRESS:PORT.
    error_code publish(member_id member, std::string_view sender, std::string_view text) noexcept;

    /// A reader is scheduled from add() on, until remove() has returned. add() throws std::bad_alloc.
    void add(std::shared_ptr<log_reader> reader);
    void remove(const log_reader* reader) noexcept;

    /// See message_log::view_since. Throws std::bad_alloc.
    void view_since(position from, log_view& view) const;
    [[nodiscard]] position tail() const noexcept;
    [[nodiscard]] position oldest() const noexcept;

    /// Whether some reader is more than half a log behind, so that senders are held back. A sender that is held back
    /// calls request_resume(), and its reader is scheduled when the congestion is over.
    [[nodiscard]] bool congested() const noexcept;
    void request_resume() noexcept { waiting_.store(true); }

    /// Called by a reader after each flush: schedules all readers if senders wait and the congestion is over.
    void resume_if_relieved() noexcept;

    /// Ends publishing, and schedules every reader, so that it finds out.
    void close() noexcept;
    [[nodiscard]] bool closed() const noexcept { return closed_.load(); }

    /// Counts a member in, of whatever transport; returns its number.
    [[nodiscard]] member_id enter() noexcept
    {
        members_.fetch_add(1);
        return last_member_.fetch_add(1) + 1;
    }
    void leave() noexcept { members_.fetch_sub(1); }
    [[nodiscard]] std::size_t members() const noexcept { return members_.load(); }

    [[nodiscard]] chatroom::observer& observer() const noexcept { return *observer_; }
    [[nodiscard]] const room_options& options() const noexcept { return options_; }

  private:
    using reader_list = std::vector<std::shared_ptr<log_reader>>;
    [[nodiscard]] std::shared_ptr<const reader_list> readers() const noexcept;
    [[nodiscard]] bool congested_at(std::uint64_t tail, const reader_list& readers) const noexcept;

    const room_options options_;
    const std::shared_ptr<chatroom::observer> observer_;
    mutable std::mutex mutex_;  // a leaf: nothing is called under it
    message_log log_;
    std::shared_ptr<const reader_list> readers_;  // replaced, never changed
    std::atomic<bool> waiting_{false};
    std::atomic<bool> closed_{false};
    std::atomic<member_id> last_member_{server_id};
    std::atomic<std::size_t> members_{0};
};

}  // namespace chatroom
