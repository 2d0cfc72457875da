// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room_fixture.hpp"

#include <chatroom/member.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <utility>

/// A command of a room_policy that answers `done: LINE`, each time after open() only.
class gated_command {
  public:
    static boost::asio::awaitable<void> run(gated_command& gate, chatroom::member from, std::string line)
    {
        const auto executor = co_await boost::asio::this_coro::executor;
        auto timer = std::make_shared<timer_type>(executor, timer_type::time_point::max());
        gate.close(timer);
        auto waiting = timer->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        (void)co_await std::move(waiting);
        (void)from.send("done: " + line);
    }

    /// Waits until one waits, and lets it go on.
    void open(chatroom::manual_clock& time)
    {
        std::shared_ptr<timer_type> opened;
        BOOST_TEST_REQUIRE(advance_until(time, {}, [&] {
            const std::scoped_lock lock{mutex_};
            opened = opened ? opened : std::exchange(timer_, {}).lock();
            return opened != nullptr;
        }));
        boost::asio::post(opened->get_executor(), [opened] { opened->cancel(); });
    }

  private:
    using timer_type = boost::asio::steady_timer;

    void close(const std::shared_ptr<timer_type>& timer)
    {
        const std::scoped_lock lock{mutex_};
        timer_ = timer;
    }

    std::mutex mutex_;
    std::weak_ptr<timer_type> timer_;  // the coroutine's, which may go with its context before this does
};
