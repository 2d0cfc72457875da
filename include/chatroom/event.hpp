// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <mutex>
#include <utility>

namespace chatroom {

/// Something that one coroutine waits for and any thread brings about: a timer that is guarded, since the caller's
/// executor may be a bare thread pool. The waiter's loop is: reset(); look; wait().
class event {
  public:
    explicit event(const boost::asio::any_io_executor& executor) : timer_{executor, never} {}

    /// Makes the wait that is under way complete, or else the next one, unless reset() comes first. Any thread.
    void set() noexcept
    {
        const std::scoped_lock lock{mutex_};
        timer_.expires_at(boost::asio::steady_timer::time_point::min());
    }

    void reset()
    {
        const std::scoped_lock lock{mutex_};
        timer_.expires_at(never);
    }

    /// Completes when the event is set. One at a time; the event outlives it.
    [[nodiscard]] boost::asio::awaitable<void> wait()
    {
        const auto begin = [this](auto handler) {
            const std::scoped_lock lock{mutex_};
            timer_.async_wait(std::move(handler));
        };
        constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
        auto waiting = boost::asio::async_initiate<decltype(token), void(boost::system::error_code)>(begin, token);
        co_await std::move(waiting);
    }

  private:
    static constexpr auto never = boost::asio::steady_timer::time_point::max();

    std::mutex mutex_;  // a leaf
    boost::asio::steady_timer timer_;
};

}  // namespace chatroom
