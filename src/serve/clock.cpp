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

    // One wait at a time, in the memory that is kept for it. Throws std::bad_alloc: the context's list of timers grows.
    void arm()
    {
        timer_.expires_after(std::max(when_ - clock_->now(), time_source::duration::zero()));
        auto ended = [self = shared_from_this()](boost::system::error_code) {
            self->waiting_ = false;
            self->look();
        };
        timer_.async_wait(with_memory(memory_, std::move(ended)));
        waiting_ = true;
    }

    bool waits() noexcept
    try {
        if (!waiting_) {
            arm();
        }
        return true;
    } catch (...) {
        return false;
    }

    // Every wait that ends comes here, cancelled or not: the time alone says whether to ring. One that can't be waited
    // for rings too early, which is better than never.
    void look() noexcept
    {
        if (when_ == time_source::time_point::max() || (when_ > clock_->now() && waits())) {
            return;
        }
        when_ = time_source::time_point::max();
        callback_();
    }

    const std::shared_ptr<const void> owner_;
    const std::shared_ptr<time_source> clock_;
    timer timer_;
    std::function<void()> callback_;
    time_source::time_point when_ = time_source::time_point::max();
    operation_memory memory_;
    bool waiting_ = false;
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
    const auto before = state_->when_;
    if (when >= before) {
        return;
    }
    state_->when_ = when;
    if (state_->waiting_) {
        state_->timer_.cancel();  // and the end of that wait begins the earlier one
        return;
    }
    try {
        state_->arm();
    } catch (...) {
        state_->when_ = before;
        throw;
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
