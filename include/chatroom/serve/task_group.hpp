// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <boost/asio/co_spawn.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <utility>

namespace chatroom {

/// Counts tasks, so that their owner can wait for the last one. A handle; copies count together. Any thread.
class CHATROOM_EXPORT task_group {
  public:
    task_group();

    /// Counts a task in.
    void add() const noexcept;

    /// Counts a task out. Called by the task's completion handler and by nobody else, so that a frame which is
    /// destroyed with its context posts nothing.
    void remove() const noexcept;

    /// Starts a coroutine on `executor`, and counts it until it has ended and `ended(std::exception_ptr)` has been
    /// called. Throws std::bad_alloc, and then nothing is started.
    template <typename Executor, typename Awaitable, typename Ended>
    void spawn(const Executor& executor, Awaitable running, Ended ended) const
    {
        auto completed = [tasks = *this, ended = std::move(ended)](std::exception_ptr failure) {
            const token counted{tasks};
            ended(failure);
        };
        add();
        try {
            boost::asio::co_spawn(executor, std::move(running), std::move(completed));
        } catch (...) {
            remove();
            throw;
        }
    }

    /// No more tasks are to come: join() may complete.
    void close() const noexcept;

    /// Tasks that were counted in and not out.
    [[nodiscard]] std::size_t size() const noexcept;

    /// Completes when the group is closed and empty. Throws boost::system::system_error of operation_aborted when
    /// cancelled (terminal); the group stays as it is. One may wait at a time.
    [[nodiscard]] boost::asio::awaitable<void> join() const;

  private:
    /// Counts a task out at its end.
    struct token {
        const task_group& tasks;
        ~token() { tasks.remove(); }
    };
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace chatroom
