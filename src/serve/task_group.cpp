// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/task_group.hpp>

#include "event.hpp"

#include <boost/asio/this_coro.hpp>

#include <mutex>

namespace chatroom {

namespace asio = boost::asio;

struct task_group::state {
    bool done()
    {
        const std::scoped_lock lock{mutex};
        return closed && tasks == 0;
    }

    void notify() noexcept
    {
        std::shared_ptr<detail::event> waiting;
        {
            const std::scoped_lock lock{mutex};
            if (!closed || tasks != 0) {
                return;
            }
            waiting = waiter;
        }
        if (waiting) {
            waiting->set();
        }
    }

    static asio::awaitable<void> join(std::shared_ptr<state> self)
    {
        const auto executor = co_await asio::this_coro::executor;
        const auto ended = std::make_shared<detail::event>(executor);
        {
            const std::scoped_lock lock{self->mutex};
            self->waiter = ended;
        }
        // From here on notify() finds the waiter. Once it was cancelled, the next wait throws.
        for (ended->reset(); !self->done(); ended->reset()) {
            auto waiting = ended->wait();
            co_await std::move(waiting);
        }
    }

    std::mutex mutex;  // a leaf
    std::size_t tasks = 0;
    bool closed = false;
    std::shared_ptr<detail::event> waiter;
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
