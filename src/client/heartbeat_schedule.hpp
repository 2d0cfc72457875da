// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>

namespace chatroom::detail {

/// When a UDP client sends its heartbeats. A server that has started again knows no members until it hears one: so they
/// are more frequent while the membership is in doubt, which it is after a text until its echo, and after the room
/// closed. The usual heartbeat has settled that one `interval` later, also where an address translation hides which
/// echoes are one's own. A plain value.
class heartbeat_schedule {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    heartbeat_schedule(duration interval, duration interval_in_doubt) noexcept
        : interval_{interval},
          interval_in_doubt_{interval_in_doubt}
    {
    }

    void sent(time_point now) noexcept { sent_ = now; }

    void said(time_point now) noexcept
    {
        begin_doubt(now);
        awaits_echo_ = true;
    }

    /// Every text has come back.
    void all_echoed() noexcept { awaits_echo_ = false; }

    /// Returns whether that is new, so that a server that answers heartbeats with it gets no more of them for that.
    bool room_closed(time_point now) noexcept
    {
        if (room_closed_) {
            return false;
        }
        begin_doubt(now);
        room_closed_ = true;
        return true;
    }

    /// A member was heard.
    void room_open() noexcept { room_closed_ = false; }

    [[nodiscard]] time_point next(time_point now) const noexcept
    {
        const auto usual = sent_ + interval_;
        return in_doubt(now) ? std::min(usual, std::max(sent_, doubt_begin_) + interval_in_doubt_) : usual;
    }

  private:
    [[nodiscard]] bool in_doubt(time_point now) const noexcept
    {
        return (awaits_echo_ || room_closed_) && now < doubt_end_;
    }

    void begin_doubt(time_point now) noexcept
    {
        if (!in_doubt(now)) {
            doubt_begin_ = now;
        }
        doubt_end_ = now + interval_;
    }

    duration interval_;
    duration interval_in_doubt_;
    time_point sent_;
    time_point doubt_begin_;
    time_point doubt_end_;
    bool awaits_echo_ = false;
    bool room_closed_ = false;
};

}  // namespace chatroom::detail
