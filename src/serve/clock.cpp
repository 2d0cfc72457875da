// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/clock.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <utility>

namespace chatroom {
namespace {

using namespace std::chrono_literals;

constexpr auto soonest = 1ms;  // a clock that stands a little short must not be asked without end

}  // namespace

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

struct shard_timer::state : std::enable_shared_from_this<state> {
    state(shard_executor executor, std::shared_ptr<const void> owner, std::shared_ptr<time_source> c)
        : owner_{std::move(owner)},
          clock_{std::move(c)},
          timer_{executor}
    {
    }

    // One wait at a time.
    void arm() noexcept
    {
        auto start = [this] {
            timer_.expires_after(std::max<time_source::duration>(when_ - clock_->now(), soonest));
            timer_.async_wait([self = shared_from_this()](boost::system::error_code) {
                self->waiting_ = false;
                self->look();
            });
        };
        detail::call_or_abort(start);
        waiting_ = true;
    }

    // Every wait that ends comes here, cancelled or not: the time alone says whether to ring.
    void look() noexcept
    {
        if (when_ == time_source::time_point::max()) {
            return;
        }
        if (when_ <= clock_->now()) {
            when_ = time_source::time_point::max();
            callback_();
        } else if (!waiting_) {
            arm();
        }
    }

    const std::shared_ptr<const void> owner_;
    const std::shared_ptr<time_source> clock_;
    asio::steady_timer::rebind_executor<shard_executor>::other timer_;
    std::function<void()> callback_;
    time_source::time_point when_ = time_source::time_point::max();
    bool waiting_ = false;
};

shard_timer::shard_timer(shard_executor executor, std::shared_ptr<const void> owner, std::shared_ptr<time_source> clock)
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

void shard_timer::on_expiry(std::function<void()> callback)
{
    state_->callback_ = std::move(callback);
}

void shard_timer::expires_no_later_than(time_source::time_point when) noexcept
{
    if (when < state_->when_) {
        state_->when_ = when;
        if (state_->waiting_) {
            state_->timer_.cancel();  // and the end of that wait begins the earlier one
        } else {
            state_->arm();
        }
    }
}

void shard_timer::cancel() noexcept
{
    state_->when_ = time_source::time_point::max();
    state_->timer_.cancel();
}

time_source::time_point shard_timer::now() const noexcept
{
    return state_->clock_->now();
}

}  // namespace chatroom
