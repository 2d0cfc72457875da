// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace chatroom::detail {

/// Does something at a time. Everything on one strand.
class deadline {
  public:
    using time_point = boost::asio::steady_timer::time_point;

    explicit deadline(const boost::asio::any_io_executor& executor) : timer_{executor} {}

    /// Calls `act` at `end`, unless the deadline is set again or cleared first. `act` keeps the owner alive.
    template <typename Act>
    void set(time_point end, Act act)
    {
        timer_.expires_at(end);
        timer_.async_wait([this, act = std::move(act)](error_code ec) {
            // A handler that was queued already is cancelled no longer; the time tells.
            if (!ec && timer_.expiry() <= time_point::clock::now()) {
                act();
            }
        });
    }

    void clear() { timer_.expires_at(time_point::max()); }

  private:
    boost::asio::steady_timer timer_;
};

}  // namespace chatroom::detail
