// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/task_group.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <mutex>

namespace chatroom {

namespace asio = boost::asio;

struct task_group::state {
    using event = asio::steady_timer;  // never expires; cancelled to say "look again"

    bool done()
    {
        const std::scoped_lock lock{mutex};
        return closed && tasks == 0;
    }

    void notify() noexcept
    {
        try {
            std::shared_ptr<event> waiting;
            {
                const std::scoped_lock lock{mutex};
                if (!closed || tasks != 0) {
                    return;
                }
                waiting = waiter;
            }
            if (waiting) {
                asio::post(waiting->get_executor(), [waiting] { waiting->cancel(); });
            }
        } catch (...) {  // out of memory: the waiter looks again by itself within a second
        }
    }

    static asio::awaitable<void> join(std::shared_ptr<state> self)
    {
        const auto executor = co_await asio::this_coro::executor;
        const auto event_ = std::make_shared<event>(executor);
        {
            const std::scoped_lock lock{self->mutex};
            self->waiter = event_;
        }
        while (!self->done()) {
            event_->expires_after(std::chrono::seconds{1});
            auto wait = event_->async_wait(asio::as_tuple(asio::use_awaitable));
            co_await std::move(wait);
        }
    }

    std::mutex mutex;  // a leaf
    std::size_t tasks = 0;
    bool closed = false;
    std::shared_ptr<event> waiter;
};

task_group::task_group() : state_{std::make_shared<state>()} {}

void task_group::add() const noexcept
{
    const std::scoped_lock lock{state_->mutex};
    ++state_->tasks;
}

void task_group::remove() const noexcept
{
    {
        const std::scoped_lock lock{state_->mutex};
        --state_->tasks;
    }
    state_->notify();
}

void task_group::close() const noexcept
{
    {
        const std::scoped_lock lock{state_->mutex};
        state_->closed = true;
    }
    state_->notify();
}

std::size_t task_group::size() const noexcept
{
    const std::scoped_lock lock{state_->mutex};
    return state_->tasks;
}

asio::awaitable<void> task_group::join() const
{
    return state::join(state_);
}

}  // namespace chatroom
