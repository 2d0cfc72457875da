// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/serve/executor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace chatroom {

/// Where the rules of time read the time. The default is the steady clock; a test's clock is moved by hand.
class CHATROOM_EXPORT time_source {
  public:
    /// A point of a clock that is never set back.
    using time_point = std::chrono::steady_clock::time_point;
    /// Nanoseconds.
    using duration = std::chrono::steady_clock::duration;

    virtual ~time_source() = default;

    /// The time. Any thread.
    [[nodiscard]] virtual time_point now() const noexcept { return std::chrono::steady_clock::now(); }

    /// Calls `look` whenever the time has jumped, until it returns false; for a timer. The steady clock never jumps.
    virtual void on_jump(std::function<bool()> /*look*/) {}
};

/// `now` and so much later; for ever, if the clock can't tell that. Any thread.
[[nodiscard]] inline time_source::time_point later(time_source::time_point now, std::chrono::milliseconds by) noexcept
{
    const auto longest = std::chrono::floor<std::chrono::milliseconds>(time_source::time_point::max() - now);
    return by < longest ? now + by : time_source::time_point::max();
}

/// A clock that stands until it is moved by hand. Any thread.
class CHATROOM_EXPORT manual_clock final : public time_source {
  public:
    [[nodiscard]] time_point now() const noexcept override;

    /// Moves the time, and makes every timer look at it.
    void advance(duration by);

    void on_jump(std::function<bool()> look) override;

  private:
    mutable std::mutex mutex_;  // a leaf
    time_point now_ = std::chrono::steady_clock::now();
    std::vector<std::function<bool()>> lookers_;
};

/// The one timer of a shard: expires on the shard's strand once the clock has reached the time that it is set to. All
/// calls on that strand. Destroying it neither expires nor cancels it.
class CHATROOM_EXPORT shard_timer {
  public:
    /// `owner` is what keeps the executor's shard alive: a wait that is under way shares it. Throws std::bad_alloc.
    shard_timer(shard_executor executor, std::shared_ptr<const void> owner, std::shared_ptr<time_source> clock);

    /// Sets what is called when it expires; called once, first.
    void on_expiry(std::function<void()> callback);

    /// Expires at `when` or soon after, unless it is already set to expire earlier. Once it has expired it is not set.
    void expires_no_later_than(time_source::time_point when) noexcept;

    /// Forgets what it was set to.
    void cancel() noexcept;

    /// The time of the clock it goes by.
    [[nodiscard]] time_source::time_point now() const noexcept;

  private:
    struct state;
    std::shared_ptr<state> state_;  // shared with the pending wait
};

}  // namespace chatroom
