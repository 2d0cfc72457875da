// SPDX-License-Identifier: BSL-1.0
#include "refusal.hpp"

#include <chatroom/serve/clock.hpp>
#include <chatroom/serve/handler_memory.hpp>
#include <chatroom/serve/shard.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>

#include <limits>
#include <list>
#include <memory>
#include <new>

using namespace chatroom;
using namespace std::chrono_literals;

namespace {

/// Timers of somebody else's, in the same context.
class other_timers {
  public:
    explicit other_timers(asio::io_context& io)
    {
        for (int i = 0; i < 1000; ++i) {
            all_.emplace_back(io);
        }
        next_ = all_.begin();
    }

    /// Waits with as many more as there are places for in the context's list, without asking for memory.
    void take_every_place()
    {
        const refusal::here here;
        refusal::arm(1, std::numeric_limits<long>::max() / 4);
        try {
            for (; next_ != all_.end(); ++next_) {
                next_->timer.async_wait(with_memory(next_->memory, [](boost::system::error_code) {}));
            }
        } catch (const std::bad_alloc&) {
        }
        refusal::disarm();
        BOOST_REQUIRE(next_ != all_.end());
    }

    void cancel()
    {
        for (auto& one : all_) {
            one.timer.cancel();
        }
    }

  private:
    struct other {
        explicit other(asio::io_context& io) : timer{io, 24h} {}
        asio::steady_timer::rebind_executor<asio::io_context::executor_type>::other timer;
        handler_memory memory;
    };
    std::list<other> all_;
    std::list<other>::iterator next_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(memory_alarm)

BOOST_AUTO_TEST_CASE(an_alarm_rings_though_others_take_the_place_of_its_timer_while_memory_is_refused)
{
    asio::io_context io;
    auto busy = asio::make_work_guard(io);  // a wait that is refused would be the last work there is
    const auto strand = turn_queue::make(io.get_executor());
    shard_timer alarm{shard_executor{*strand}, nullptr, std::make_shared<time_source>()};
    bool rang = false;
    alarm.on_expiry([&rang] { rang = true; });
    other_timers others{io};
    others.take_every_place();
    {
        const refusal::here here;
        refusal::arm(1, std::numeric_limits<long>::max() / 4);
        alarm.expires_no_later_than(alarm.now() + 1ms);
        io.poll_one();
        refusal::disarm();
    }
    BOOST_TEST(!rang);
    others.cancel();
    busy.reset();
    io.run();  // ends at once if nothing waits
    BOOST_TEST(rang);
}

BOOST_AUTO_TEST_SUITE_END()
