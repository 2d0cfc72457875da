// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>

namespace chatroom::detail {

class member_collector;

/// A reader of a room's log, as the room knows it: a shard of a transport, or a follower.
///
/// publish() calls schedule() for each reader. A flush starts with clear_scheduled() and reads the tail only then, so
/// no message published before it is missed, and a message crosses to a busy reader once for all that came meanwhile.
class log_reader {
  public:
    static constexpr std::uint64_t no_mark = std::numeric_limits<std::uint64_t>::max();

    virtual ~log_reader() = default;

    /// Requests a flush, unless one is pending or the reader is idle. Any thread.
    void schedule() noexcept
    {
        while (!scheduled_.exchange(true)) {
            if (!idle()) {
                return wake();
            }
            clear_scheduled();
            if (idle()) {
                return;
            }
            // A member that joined in between found the flag set and relies on this call.
        }
    }

    /// The first step of every flush: an exchange and never a store, which would lose wakes.
    void clear_scheduled() noexcept { scheduled_.exchange(false); }

    /// Holds senders back for a reader at `byte`; `no_mark` holds none back. On the reader's strand.
    void set_backpressure_mark(std::uint64_t byte) noexcept { backpressure_mark_.store(byte); }
    [[nodiscard]] std::uint64_t backpressure_mark() const noexcept { return backpressure_mark_.load(); }

    /// Has the members here added to the collection, on the reader's strand. Any thread.
    virtual void collect(std::shared_ptr<member_collector> /*into*/) {}

  protected:
    log_reader() = default;
    log_reader(const log_reader&) = delete;
    log_reader& operator=(const log_reader&) = delete;

  private:
    /// Posts a flush to the reader's strand; if it can't, it calls clear_scheduled() and reports.
    virtual void wake() noexcept = 0;

    /// Whether no member here needs new messages. A member is counted before it reads the log's tail, so one that is
    /// not counted yet misses nothing. Any thread.
    [[nodiscard]] virtual bool idle() const noexcept { return false; }

    std::atomic<bool> scheduled_{false};
    std::atomic<std::uint64_t> backpressure_mark_{no_mark};
};

}  // namespace chatroom::detail
