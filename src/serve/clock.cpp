// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/clock.hpp>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace chatroom {

manual_clock::time_point manual_clock::now() const noexcept
{
    const std::scoped_lock lock{mutex_};
    return now_;
}

void manual_clock::advance(duration by)
{
    std::vector<std::function<bool()>> lookers;
    {
        const std::scoped_lock lock{mutex_};
        now_ += by;
        lookers.swap(lookers_);
    }
    std::erase_if(lookers, [](const auto& look) { return !look(); });
    const std::scoped_lock lock{mutex_};
    lookers_.insert(lookers_.end(), lookers.begin(), lookers.end());
}

void manual_clock::on_jump(std::function<bool()> look)
{
    const std::scoped_lock lock{mutex_};
    lookers_.push_back(std::move(look));
}

struct shard_alarm::state : std::enable_shared_from_this<state> {
    using timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                             shard_executor>;

    state(shard_executor executor, std::shared_ptr<const void> owner, std::shared_ptr<time_source> c)
        : owner_{std::move(owner)},
          clock_{std::move(c)},
          timer_{executor}
    {
    }

    void arm()
    {
        timer_.expires_after(std::max(when_ - clock_->now(), time_source::duration::zero()));
        timer_.async_wait([self = shared_from_this()](boost::system::error_code) {
            --self->waits_;
            self->look();
        });
        ++waits_;
    }

    // Every wait that ends comes here, cancelled or not: the time alone says whether to ring.
    void look()
    {
        if (when_ <= clock_->now()) {
            when_ = time_source::time_point::max();
            callback_();
        } else if (when_ != time_source::time_point::max() && waits_ == 0) {
            arm();
        }
    }

    const std::shared_ptr<const void> owner_;
    const std::shared_ptr<time_source> clock_;
    timer timer_;
    std::function<void()> callback_;
    time_source::time_point when_ = time_source::time_point::max();
    int waits_ = 0;
};

shard_alarm::shard_alarm(shard_executor executor, std::shared_ptr<const void> owner, std::shared_ptr<time_source> clock)
    : state_{std::make_shared<state>(executor, std::move(owner), std::move(clock))}
{
    state_->clock_->on_jump([weak = std::weak_ptr{state_}, executor] {
        const auto alive = weak.lock();
        if (alive) {
            asio::post(executor, [alive] { alive->look(); });
        }
        return alive != nullptr;
    });
}

void shard_alarm::on_ring(std::function<void()> callback)
{
    state_->callback_ = std::move(callback);
}

void shard_alarm::set_at_most(time_source::time_point when)
{
    if (when < state_->when_) {
        state_->when_ = when;
        state_->arm();
    }
}

void shard_alarm::cancel() noexcept
{
    state_->when_ = time_source::time_point::max();
    try {
        state_->timer_.cancel();
    } catch (...) {  // then the wait ends by itself, and rings nothing
    }
}

time_source::time_point shard_alarm::now() const noexcept
{
    return state_->clock_->now();
}

}  // namespace chatroom
