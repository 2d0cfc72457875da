// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/task_group.hpp>

#include "event.hpp"

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

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
        if (!self->done()) {  // from here on notify() finds the waiter
            auto waiting = ended->wait();
            co_await std::move(waiting);
        }
        // notify() comes once; a task that is counted in behind the one that was the last is not waited for.
        const auto cancellation = co_await asio::this_coro::cancellation_state;
        if (cancellation.cancelled() != asio::cancellation_type::none && !self->done()) {
            throw boost::system::system_error{asio::error::operation_aborted};
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
