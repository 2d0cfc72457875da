// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <exception>
#include <functional>

namespace chatroom {

/// An io_context and the threads that run it. For programs: the library itself takes any executor.
class CHATROOM_EXPORT io_pool {
  public:
    /// `threads`: 0 is as many as this process may use CPUs (sched_getaffinity(2)). `failed` is told of an exception
    /// that came out of a handler, on the thread that goes on running. A std::bad_alloc ends the process: it was for
    /// the bookkeeping of Asio.
    explicit io_pool(std::size_t threads, std::function<void(std::exception_ptr)> failed = {});

    /// What the threads run; stop() on it makes run() return.
    [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }

    /// The context's, for rooms and servers. Any thread.
    [[nodiscard]] boost::asio::io_context::executor_type get_executor() noexcept { return context_.get_executor(); }

    /// How many run() makes use of: a good number of shards. Any thread.
    [[nodiscard]] std::size_t threads() const noexcept { return threads_; }

    /// Runs the context on this thread and the others, until it is out of work.
    void run();

  private:
    void run_one_thread() noexcept;

    const std::size_t threads_;
    const std::function<void(std::exception_ptr)> failed_;
    boost::asio::io_context context_;
};

}  // namespace chatroom
