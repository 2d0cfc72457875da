// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/message.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace chatroom::detail {

/// A place in a log, always between two messages. Both count from the first message ever published.
struct position {
    std::uint64_t byte = 0;
    std::uint64_t sequence = 0;

    friend bool operator==(const position&, const position&) = default;
};

/// One block of a log. The messages lie in wire form from the front, their index entries from the back; it is full when
/// they meet, and no message straddles two. What is published never changes.
///
///     │ SENDER\nTEXT\n SENDER\nTEXT\n …  ►   free   ◄ … entry 1 · entry 0 │
class log_segment;

/// What a log holds at one moment, to be read on any strand without a lock.
class CHATROOM_EXPORT log_view {
  public:
    [[nodiscard]] position oldest() const noexcept { return oldest_; }
    [[nodiscard]] position tail() const noexcept { return tail_; }

    /// Fills `out` with the wire bytes from `from` on, at most `limit` bytes (rounded down to what fits `out`; it may
    /// end within a message), up to the position `end`; returns how many pieces. `oldest() <= from <= end <= tail()`.
    std::size_t gather(position from, position end, std::size_t limit, std::span<std::string_view> out) const noexcept;

    /// The first place between two messages that is at or beyond `bytes` bytes after `from`; `rest` is what lies
    /// between.
    [[nodiscard]] position advance(position from, std::size_t bytes, std::string_view& rest) const noexcept;

    /// The message at `at`, which is before tail(); its end is `at` moved by one sequence and wire.size() bytes.
    [[nodiscard]] message_view message_at(position at) const noexcept;

    /// The place just before the message of that sequence, which is in the view, or tail().
    [[nodiscard]] position position_of(std::uint64_t sequence) const noexcept;

    /// The place `messages` before `from`, or the oldest there is.
    [[nodiscard]] position back(position from, std::size_t messages) const noexcept;

    /// Lets go of the segments, and keeps the capacity.
    void clear() noexcept { segments_.clear(); }

    /// What message_view::room is to be; a view.
    void set_room(std::string_view name) noexcept { room_ = name; }

    /// Makes it a view of these segments of a log with that oldest place and that tail. Throws std::bad_alloc.
    template <typename Iterator>
    void assign(Iterator first, Iterator last, position oldest, position tail)
    {
        segments_.assign(first, last);
        oldest_ = oldest;
        tail_ = tail;
    }

  private:
    std::vector<std::shared_ptr<const log_segment>> segments_;
    position oldest_;  // of the log, not of this view's segments
    position tail_;
    std::string_view room_;
};

/// The messages of a room, in their one order. A plain value: the room guards it with its mutex.
class CHATROOM_EXPORT message_log {
  public:
    static constexpr std::size_t segment_bytes = 64 * 1024;

    /// Of a log's first segment, so that a room where little is said costs little; a longer message skips it.
    static constexpr std::size_t first_segment_bytes = 4 * 1024;

    /// Keeps the last `bytes` bytes, in whole segments.
    explicit message_log(std::size_t bytes);
    ~message_log();
    message_log(message_log&&) noexcept;

    /// Appends a message whose sender and text are clean and fit a segment. Throws std::bad_alloc, and nothing changed.
    void append(const room_entry& what, std::chrono::system_clock::time_point time);

    [[nodiscard]] position oldest() const noexcept;
    [[nodiscard]] position tail() const noexcept { return tail_; }

    /// Makes `view` hold what is from `from` on (from oldest() on, if that is later). Throws std::bad_alloc.
    void view_since(position from, log_view& view) const;

  private:
    std::deque<std::shared_ptr<log_segment>> segments_;
    std::size_t max_segments_;
    position tail_;
};

}  // namespace chatroom::detail
