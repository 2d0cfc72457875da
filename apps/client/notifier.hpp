// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "clock.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace client {

/// Wakes the one who waits for something to change. One thread: look, and wait in the same turn.
class notifier {
  public:
    using time_point = clock::time_point;

    explicit notifier(const boost::asio::any_io_executor& executor) : timer_{executor} {}

    void notify() { timer_.cancel(); }

    /// Completes at the next ring, or at `end` if that comes first.
    boost::asio::awaitable<void> wait(time_point end = time_point::max())
    {
        timer_.expires_at(end);
        auto waiting = timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        co_await std::move(waiting);
    }

  private:
    boost::asio::basic_waitable_timer<clock> timer_;
};

}  // namespace client
