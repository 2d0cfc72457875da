// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/clock.hpp>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace chatroom {
namespace {

using namespace std::chrono_literals;

constexpr auto soonest = 1ms;  // no wait at all would disarm a timer, and a clock that stands be asked without end

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

struct shard_alarm::state : std::enable_shared_from_this<state> {
    using descriptor = asio::posix::basic_stream_descriptor<shard_executor>;

    state(shard_executor executor, std::shared_ptr<const void> owner, std::shared_ptr<time_source> c)
        : owner_{std::move(owner)},
          clock_{std::move(c)},
          timer_{executor}
    {
        const int made = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
        boost::system::error_code ec{made < 0 ? errno : 0, boost::system::system_category()};
        if (!ec && timer_.assign(made, ec)) {
            ::close(made);
        }
        if (ec) {
            throw boost::system::system_error(ec, "timerfd");
        }
    }

    // One wait at a time, in the memory that is kept for it, for a descriptor that is there already: nothing can be
    // refused. A timer of Asio's would need a place in its context's list, which others may have taken meanwhile.
    void arm() noexcept
    {
        const auto left = std::max<time_source::duration>(when_ - clock_->now(), soonest);
        const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
        const itimerspec once{{}, {seconds.count(), std::chrono::nanoseconds{left - seconds}.count()}};
        (void)::timerfd_settime(timer_.native_handle(), 0, &once, nullptr);
        if (!std::exchange(waiting_, true)) {
            auto ended = [self = shared_from_this()](boost::system::error_code) {
                self->waiting_ = false;
                self->look();
            };
            timer_.async_wait(descriptor::wait_read, with_memory(memory_, std::move(ended)));
        }
    }

    // Every wait that ends comes here, cancelled or not: the time alone says whether to ring.
    void look() noexcept
    {
        if (when_ == time_source::time_point::max()) {
            return;
        }
        if (when_ > clock_->now()) {
            return arm();
        }
        when_ = time_source::time_point::max();
        callback_();
    }

    const std::shared_ptr<const void> owner_;
    const std::shared_ptr<time_source> clock_;
    descriptor timer_;
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

void shard_alarm::set_at_most(time_source::time_point when) noexcept
{
    if (when < state_->when_) {
        state_->when_ = when;
        state_->arm();
    }
}

void shard_alarm::cancel() noexcept
{
    state_->when_ = time_source::time_point::max();
    boost::system::error_code ignored;
    state_->timer_.cancel(ignored);
}

time_source::time_point shard_alarm::now() const noexcept
{
    return state_->clock_->now();
}

}  // namespace chatroom
