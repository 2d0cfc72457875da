// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/message.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

namespace chatroom::detail {

/// The last joins, leaves and renames of a room, each with the sequence of the message that came next: so the two logs
/// are one order, and those that read messages alone pay nothing for it. A plain value: the room guards it with its
/// mutex.
class event_log {
  public:
    static constexpr std::size_t most = 4096;

    /// Throws std::bad_alloc, and nothing changed.
    void append(message what)
    {
        events_.push_back(std::move(what));
        if (events_.size() > most) {
            events_.pop_front();
            ++first_;
        }
    }

    /// The number that the next event gets.
    [[nodiscard]] std::uint64_t tail() const noexcept { return first_ + events_.size(); }

    /// Takes the event of that number, or the oldest there is, if it came before the message of that sequence; `number`
    /// is the next one's then, and message::skipped counts those that are gone.
    [[nodiscard]] std::optional<message> take(std::uint64_t& number, std::uint64_t sequence) const
    {
        const auto kept = std::max(first_, number);
        if (kept == tail() || events_[kept - first_].sequence > sequence) {
            return std::nullopt;
        }
        auto found = events_[kept - first_];
        found.skipped = kept - number;
        number = kept + 1;
        return found;
    }

  private:
    std::deque<message> events_;
    std::uint64_t first_ = 0;
};

}  // namespace chatroom::detail
