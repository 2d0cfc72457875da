// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <memory>

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

    /// No more tasks are to come: join() may complete.
    void close() const noexcept;

    /// Tasks that were counted in and not out.
    [[nodiscard]] std::size_t size() const noexcept;

    /// Completes when the group is closed and empty. One may wait at a time.
    [[nodiscard]] boost::asio::awaitable<void> join() const;

  private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace chatroom
