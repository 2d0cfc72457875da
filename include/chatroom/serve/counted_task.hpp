// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/serve/shard.hpp>
#include <chatroom/serve/task_group.hpp>

#include <memory>
#include <utility>

namespace chatroom {

/// A part of a coroutine's completion handler that counts it in a task group as long as its frame lives: to its end, or
/// until a wait that it begins is refused memory, which destroys it uncompleted. A frame that is destroyed with its
/// context, outside of the strand, stays counted, and so posts nothing.
class counted_task {
  public:
    /// `owner` is what keeps the executor's shard alive.
    counted_task(task_group tasks, shard_executor home, std::shared_ptr<const void> owner) noexcept
        : tasks_{std::move(tasks)},
          home_{home},
          owner_{std::move(owner)}
    {
        tasks_.add();
    }

    counted_task(counted_task&&) noexcept = default;
    counted_task& operator=(counted_task&&) = delete;

    ~counted_task()
    {
        if (owner_ && home_.running_in_this_thread()) {
            tasks_.remove();
        }
    }

  private:
    task_group tasks_;
    shard_executor home_;
    std::shared_ptr<const void> owner_;  // null once moved from
};

}  // namespace chatroom
