// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room/cursor.hpp"
#include "session/shard_fanout.hpp"

#include <cstddef>
#include <utility>

namespace chatroom::detail {

/// One member in one room: counted there, and served by the room's fanout on the member's strand as long as it lives.
class membership {
  public:
    membership() = default;
    membership(const membership&) = delete;
    membership& operator=(const membership&) = delete;
    ~membership() { leave(); }

    /// Joins the room. Throws std::bad_alloc, and nothing changed.
    void join(shard_fanout& room, output& out, const wire::message_format* format, const log_start& from)
    {
        room.add(cursor_, out, format, from);
        fanout_ = &room;
        room.room().enter();
    }

    /// Leaves it at once; does nothing if it is in none. Not from within a flush.
    void leave() noexcept
    {
        if (auto* const from = std::exchange(fanout_, nullptr)) {
            from->remove(cursor_);
            from->room().leave();
        }
    }

    explicit operator bool() const noexcept { return fanout_ != nullptr; }
    [[nodiscard]] room_state& room() const noexcept { return fanout_->room(); }
    [[nodiscard]] shard_fanout& fanout() const noexcept { return *fanout_; }
    [[nodiscard]] detail::cursor& cursor() noexcept { return cursor_; }

  private:
    shard_fanout* fanout_ = nullptr;  // its shard's
    detail::cursor cursor_;
};

}  // namespace chatroom::detail
