// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "client/inbox.hpp"
#include "wire/message_reader.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace chatroom::detail {

/// What a server sends over TCP, as messages. A text that no newline ends is ended by a gap. No I/O: the caller tells
/// the time.
class tcp_protocol {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    static constexpr time_point never = time_point::max();

    explicit tcp_protocol(duration gap) noexcept : gap_{gap} {}

    void received(std::string_view bytes, time_point now, inbox& to)
    {
        reader_.feed(bytes);
        gap_end_ = reader_.open() ? now + gap_ : never;
        drain(to);
    }

    /// There is nothing to be received now.
    void idle(time_point now, inbox& to)
    {
        if (now >= gap_end_) {
            end(to);
        }
    }

    /// There is nothing more to come.
    void end(inbox& to)
    {
        gap_end_ = never;
        reader_.finish();
        drain(to);
    }

    /// When the caller is to look for more bytes, and call idle() if there are none.
    [[nodiscard]] time_point gap_end() const noexcept { return gap_end_; }

  private:
    void drain(inbox& to)
    {
        received_message next;
        while (reader_.next(next.sender, next.text)) {
            to.add(std::exchange(next, {}));
        }
    }

    wire::message_reader reader_;
    duration gap_;
    time_point gap_end_ = never;
};

}  // namespace chatroom::detail
