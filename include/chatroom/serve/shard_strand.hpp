// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <type_traits>
#include <utility>

namespace chatroom {

namespace asio = boost::asio;

/// @cond
namespace detail {

/// Says on standard error that there is no memory for the bookkeeping of a strand or of the reactor, and ends the
/// process: docs/decisions/0003 says why.
[[noreturn]] CHATROOM_EXPORT void out_of_memory() noexcept;

/// Calls a function. A bad_alloc that leaves it was for bookkeeping: what a member may be refused, its code catches.
template <typename Function>
void call_or_abort(Function& function)
{
    try {
        function();
    } catch (const std::bad_alloc&) {
        out_of_memory();
    }
}

/// The executor below a shard's strand: the caller's. On a thread of an io_context a function runs within the call,
/// which spares the type erasure of any_io_executor and its memory; else it is posted. If that throws, asio::strand
/// stays locked for good.
class inner_executor {
  public:
    // A template, so that nothing is converted: clang would ask whether this class converts to any_io_executor, and so
    // whether it is an executor, while it finds that out.
    template <std::same_as<asio::any_io_executor> Executor>
    explicit inner_executor(const Executor& executor)
        : executor_{asio::require(executor, asio::execution::blocking.never)}
    {
    }

    template <typename Function>
    void execute(Function&& function) const
    {
        const auto* const io_context = never_ ? nullptr : executor_.target<asio::io_context::executor_type>();
        if (io_context != nullptr && io_context->running_in_this_thread()) {
            std::decay_t<Function> now{std::forward<Function>(function)};
            now();
        } else {
            auto post = [&] { executor_.execute(std::forward<Function>(function)); };
            call_or_abort(post);
        }
    }

    asio::execution_context& query(asio::execution::context_t) const noexcept
    {
        return asio::query(executor_, asio::execution::context);
    }
    asio::execution::blocking_t query(asio::execution::blocking_t) const noexcept
    {
        return never_ ? asio::execution::blocking_t{asio::execution::blocking.never}
                      : asio::execution::blocking_t{asio::execution::blocking.possibly};
    }
    [[nodiscard]] inner_executor require(asio::execution::blocking_t::never_t) const
    {
        auto copy = *this;
        copy.never_ = true;
        return copy;
    }

    friend bool operator==(const inner_executor&, const inner_executor&) noexcept = default;

  private:
    asio::any_io_executor executor_;  // never blocks
    bool never_ = false;
};

/// A shard's strand, and how much work is outstanding for it. Any thread.
class CHATROOM_EXPORT shard_strand : public std::enable_shared_from_this<shard_strand> {
  public:
    explicit shard_strand(const asio::any_io_executor& executor)
        : executor_{executor},
          strand_{inner_executor{executor}}
    {
    }

    /// Runs the function on the strand, within this call if it may.
    template <typename Function>
    void execute(Function&& function) const
    {
        run(strand_, std::forward<Function>(function));
    }

    /// Runs the function on the strand, later.
    template <typename Function>
    void post(Function&& function) const
    {
        run(posting_, std::forward<Function>(function));
    }

    [[nodiscard]] bool running_in_this_thread() const noexcept { return strand_.running_in_this_thread(); }

    [[nodiscard]] asio::execution_context& context() const noexcept
    {
        return asio::query(executor_, asio::execution::context);
    }

    /// Work is outstanding (asio::execution::outstanding_work) that will come back to this strand: the executor below
    /// does not run out of work meanwhile, and this lives. Each start_work() has its finish_work().
    void start_work() noexcept;
    void finish_work() noexcept;
    friend void intrusive_ptr_add_ref(shard_strand* strand) noexcept { strand->start_work(); }
    friend void intrusive_ptr_release(shard_strand* strand) noexcept { strand->finish_work(); }

  private:
    template <typename Strand, typename Function>
    static void run(const Strand& strand, Function&& function)
    {
        auto guarded = [f = std::decay_t<Function>{std::forward<Function>(function)}]() mutable { call_or_abort(f); };
        auto start = [&] { strand.execute(std::move(guarded)); };
        call_or_abort(start);
    }

    const asio::any_io_executor executor_;
    const asio::strand<inner_executor> strand_;
    const asio::strand<inner_executor> posting_ = asio::require(strand_, asio::execution::blocking.never);

    std::mutex mutex_;  // a leaf
    std::size_t work_ = 0;
    asio::any_io_executor tracked_;       // while there is work
    std::shared_ptr<shard_strand> self_;  // likewise
};

}  // namespace detail
/// @endcond

}  // namespace chatroom
