// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <mutex>
#include <utility>

namespace chatroom::detail {

/// Something that one coroutine waits for and any thread brings about: a timer that is guarded, since the caller's
/// executor may be a bare thread pool. The waiter's loop is: reset(); look; wait(). A wait that is cancelled completes
/// too, and the next co_await of its coroutine throws operation_aborted.
class event {
  public:
    explicit event(const boost::asio::any_io_executor& executor) : state_{std::make_shared<state>(executor)} {}

    /// Makes the wait that is under way complete, or else the next one, unless reset() comes first. Any thread.
    void set() noexcept
    {
        const auto self = state_;
        const std::scoped_lock lock{self->mutex};
        self->timer.expires_at(boost::asio::steady_timer::time_point::min());
    }

    /// The next wait completes at `end` at the latest.
    void reset(boost::asio::steady_timer::time_point end = never)
    {
        const std::scoped_lock lock{state_->mutex};
        state_->timer.expires_at(end);
    }

    /// Completes when the event is set, which may be destroyed then. One at a time.
    [[nodiscard]] boost::asio::awaitable<void> wait()
    {
        const auto begin = [state = state_](auto handler) {
            // Where another thread runs the handler at once, this function, its captures and the event may be gone
            // before the mutex is unlocked.
            const auto self = state;  // NOLINT(performance-unnecessary-copy-initialization)
            const std::scoped_lock lock{self->mutex};
            self->timer.async_wait(std::move(handler));
        };
        constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
        auto waiting = boost::asio::async_initiate<decltype(token), void(boost::system::error_code)>(begin, token);
        co_await std::move(waiting);
    }

  private:
    static constexpr auto never = boost::asio::steady_timer::time_point::max();

    struct state {
        explicit state(const boost::asio::any_io_executor& executor) : timer{executor, never} {}

        std::mutex mutex;  // a leaf
        boost::asio::steady_timer timer;
    };

    std::shared_ptr<state> state_;
};

}  // namespace chatroom::detail
