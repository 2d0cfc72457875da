// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "client/heartbeat_schedule.hpp"
#include "client/inbox.hpp"
#include "wire/datagram.hpp"

#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace chatroom::detail {

/// What a server sends over UDP, as messages, and what these mean for the heartbeats. No I/O: the caller tells the
/// time.
class udp_protocol {
  public:
    using time_point = heartbeat_schedule::time_point;

    static constexpr std::string_view heartbeat = "#ping#";
    static constexpr std::string_view closing_notice = "the room is closing";

    explicit udp_protocol(heartbeat_schedule schedule) noexcept : schedule_{schedule} {}

    /// A line is about to be sent.
    void sending(time_point now) noexcept { schedule_.said(now); }

    void heartbeat_sent(time_point now) noexcept { schedule_.sent(now); }

    /// When the next heartbeat is due.
    [[nodiscard]] time_point next_heartbeat(time_point now) const noexcept { return schedule_.next(now); }

    /// Returns whether a heartbeat is due at once.
    [[nodiscard]] bool received(std::string_view datagram, time_point now, inbox& to)
    {
        bool due = false;
        const std::string sender{wire::take_sender(datagram)};
        while (const auto line = wire::next_command(datagram, false)) {
            std::string text;
            wire::append_clean(text, line->text);
            if (text.empty()) {
                continue;
            }
            if (sender != wire::server_name) {
                schedule_.room_open();
            } else if (text == closing_notice) {
                due |= schedule_.room_closed(now);
            }
            to.add({sender, std::move(text)});
        }
        if (to.all_echoed()) {
            schedule_.all_echoed();
        }
        return due;
    }

  private:
    heartbeat_schedule schedule_;
};

}  // namespace chatroom::detail
