// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room/log.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace chatroom::detail {

class output;

/// Where a cursor begins to read: so many messages before the message of that sequence, which is at most the tail's;
/// before the tail, if there is no sequence or that message has left the log.
struct log_start {
    std::size_t replay = 0;
    std::optional<std::uint64_t> sequence = std::nullopt;
};

/// The place of a member in a room's log. A fanout moves it, and nobody else.
///
///     live ──end()──► ending: reads on up to `end` ──► ended        live or ending ──► ended, at a failure
struct cursor {
    using time_point = std::chrono::steady_clock::time_point;
    enum class state : std::uint8_t { live, ending, ended };
    static constexpr auto not_behind = time_point::max();
    static constexpr std::uint32_t not_added = 0xffff'ffff;

    position at;
    std::uint64_t end = 0;                 ///< Of one that is ending: the first sequence that it does not get.
    time_point behind_since = not_behind;  ///< Since when its output has taken less than it was offered.
    output* out = nullptr;
    std::uint32_t index = not_added;  ///< Among the cursors of its fanout.
    std::uint32_t skipped = 0;        ///< Messages lost to it that it has not been told of.
    std::uint16_t encoding = 0;       ///< Among the encoders of its fanout.
    state phase = state::ended;
    bool awaits_relief = false;

    [[nodiscard]] bool is_pending(position tail) const noexcept
    {
        return phase == state::live ? at != tail : phase == state::ending;
    }
};

}  // namespace chatroom::detail
