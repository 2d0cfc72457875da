// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

namespace chatroom {

/// A reader of a room's log, as the room knows it: a shard of a transport, or a follower.
///
/// publish() calls schedule() for each feed. A flush starts with begin() and reads the tail only then, so no message
/// published before it is missed, and a message crosses to a busy feed once for all that came meanwhile.
class feed {
  public:
    static constexpr std::uint64_t nobody = std::numeric_limits<std::uint64_t>::max();

    virtual ~feed() = default;

    /// Asks for a flush, unless one is due already or would concern nobody. Any thread.
    void schedule() noexcept
    {
        while (!scheduled_.exchange(true)) {
            if (!deserted()) {
                return wake();
            }
            begin();
            if (deserted()) {
                return;
            }
            // Who came in meanwhile was told that a flush was due.
        }
    }

    /// The first word of every flush: an exchange and never a store, which would lose wakes.
    void begin() noexcept { scheduled_.exchange(false); }

    /// Holds the speakers back for the sake of a reader at `byte`; `nobody` holds nobody. On the feed's strand.
    void hold(std::uint64_t byte) noexcept { held_.store(byte); }
    [[nodiscard]] std::uint64_t held() const noexcept { return held_.load(); }

  protected:
    feed() = default;
    feed(const feed&) = delete;
    feed& operator=(const feed&) = delete;

  private:
    /// Posts a flush to the feed's strand; if it can't, it calls begin() and reports.
    virtual void wake() noexcept = 0;

    /// Whether what is published concerns nobody here. A reader is counted before it looks at the log's tail, so that
    /// who is not yet counted misses nothing. Any thread.
    [[nodiscard]] virtual bool deserted() const noexcept { return false; }

    std::atomic<bool> scheduled_{false};
    std::atomic<std::uint64_t> held_{nobody};
};

}  // namespace chatroom
