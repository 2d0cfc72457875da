// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/serve/turn_queue.hpp>

#include <boost/asio/execution.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace chatroom {

/// @cond
namespace detail {

/// A function in a turn_queue, in the allocator's memory.
template <typename Function, typename Allocator>
struct queued_function final : queued {
    using allocator_type = typename std::allocator_traits<Allocator>::template rebind_alloc<queued_function>;

    template <typename F>
    queued_function(F&& f, const allocator_type& a) : queued{nullptr, &end},
                                                      function{std::forward<F>(f)},
                                                      allocator{a}
    {
    }

    template <typename F>
    static queued* make(F&& f, const Allocator& a)
    {
        allocator_type allocator{a};
        auto* const memory = allocator.allocate(1);
        try {
            return ::new (static_cast<void*>(memory)) queued_function{std::forward<F>(f), allocator};
        } catch (...) {
            allocator.deallocate(memory, 1);
            throw;
        }
    }

    static void end(queued* one, bool run)
    {
        auto* const self = static_cast<queued_function*>(one);
        auto allocator = self->allocator;
        Function function{std::move(self->function)};
        self->~queued_function();
        allocator.deallocate(self, 1);  // what the function begins may use the memory again
        if (run) {
            function();
        }
    }

    Function function;
    allocator_type allocator;
};

/// Runs the function in its turn; within this call, if `never` is false and this thread may. Throws std::bad_alloc of
/// the allocator, and then it does not run. Any thread.
template <typename Function, typename Allocator>
void execute_in_turn(turn_queue& queue, Function&& function, bool never, const Allocator& allocator)
{
    using callable = std::decay_t<Function>;
    if (!never && queue.running_in_this_thread()) {
        callable now{std::forward<Function>(function)};
        now();
    } else if (!never && queue.enter()) {
        const turn_queue::turn turn{queue.shared_from_this()};
        callable now{std::forward<Function>(function)};
        now();
    } else {
        queue.push(queued_function<callable, Allocator>::make(std::forward<Function>(function), allocator));
    }
}

/// A shard_executor for one piece of work: it knows whether that may run within the call, and where its memory is from.
template <typename Allocator>
class bound_shard_executor {
  public:
    bound_shard_executor(turn_queue& queue, bool never, const Allocator& allocator) noexcept
        : queue_{&queue},
          allocator_{allocator},
          never_{never}
    {
    }

    template <typename Function>
    void execute(Function&& function) const
    {
        execute_in_turn(*queue_, std::forward<Function>(function), never_, allocator_);
    }

    asio::execution_context& query(asio::execution::context_t) const noexcept { return queue_->context(); }

    [[nodiscard]] bound_shard_executor require(asio::execution::blocking_t::never_t) const noexcept
    {
        return {*queue_, true, allocator_};
    }
    bound_shard_executor require(asio::execution::allocator_t<std::allocator<void>>) const noexcept { return *this; }
    template <typename Other>
    [[nodiscard]] bound_shard_executor<Other> require(asio::execution::allocator_t<Other> memory) const noexcept
        requires(!std::is_void_v<Other>)
    {
        return {*queue_, never_, memory.value()};
    }

    friend bool operator==(const bound_shard_executor&, const bound_shard_executor&) noexcept = default;

  private:
    turn_queue* queue_;
    [[no_unique_address]] Allocator allocator_;
    bool never_;
};

class tracked_shard_executor;

}  // namespace detail
/// @endcond

/// An executor of one word that stands for a shard's strand. A member's frame, socket and pending operation each hold
/// copies of its executor: this is what keeps an idle member small on any executor. It owns nothing: the shard outlives
/// the work that runs on it.
class shard_executor {
  public:
    explicit shard_executor(turn_queue& queue) noexcept : queue_{&queue} {}

    template <typename Function>
    void execute(Function&& function) const
    {
        detail::execute_in_turn(*queue_, std::forward<Function>(function), false, asio::recycling_allocator<void>{});
    }

    [[nodiscard]] bool running_in_this_thread() const noexcept { return queue_->running_in_this_thread(); }

    asio::execution_context& query(asio::execution::context_t) const noexcept { return queue_->context(); }

    static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept
    {
        return asio::execution::blocking.possibly;
    }

    shard_executor require(asio::execution::blocking_t::possibly_t) const noexcept { return *this; }
    [[nodiscard]] detail::bound_shard_executor<asio::recycling_allocator<void>>
    require(asio::execution::blocking_t::never_t) const noexcept
    {
        return {*queue_, true, {}};
    }

    /// The same, for a handler that brings its own memory; Asio's default allocator is no such memory.
    shard_executor require(asio::execution::allocator_t<std::allocator<void>>) const noexcept { return *this; }
    template <typename Allocator>
    [[nodiscard]] detail::bound_shard_executor<Allocator>
    require(asio::execution::allocator_t<Allocator> memory) const noexcept
        requires(!std::is_void_v<Allocator>)
    {
        return {*queue_, false, memory.value()};
    }

    /// The same, which keeps the executor below from running out of work as long as it lives.
    [[nodiscard]] inline detail::tracked_shard_executor
        require(asio::execution::outstanding_work_t::tracked_t) const noexcept;
    shard_executor require(asio::execution::outstanding_work_t::untracked_t) const noexcept { return *this; }
    static constexpr asio::execution::outstanding_work_t query(asio::execution::outstanding_work_t) noexcept
    {
        return asio::execution::outstanding_work.untracked;
    }

    friend bool operator==(const shard_executor&, const shard_executor&) noexcept = default;

  private:
    turn_queue* queue_;
};

/// @cond
namespace detail {

/// Outstanding work of a shard's strand: what Asio holds while an operation of another context is under way. One word.
class tracked_shard_executor {
  public:
    explicit tracked_shard_executor(turn_queue& queue) noexcept : queue_{&queue} { queue_->start_work(); }
    tracked_shard_executor(const tracked_shard_executor& other) noexcept : queue_{other.queue_}
    {
        if (queue_ != nullptr) {
            queue_->start_work();
        }
    }
    tracked_shard_executor(tracked_shard_executor&& other) noexcept : queue_{std::exchange(other.queue_, nullptr)} {}
    tracked_shard_executor& operator=(tracked_shard_executor other) noexcept
    {
        std::swap(queue_, other.queue_);
        return *this;
    }
    ~tracked_shard_executor()
    {
        if (queue_ != nullptr) {
            queue_->finish_work();
        }
    }

    template <typename Function>
    void execute(Function&& function) const
    {
        plain().execute(std::forward<Function>(function));
    }

    asio::execution_context& query(asio::execution::context_t) const noexcept { return queue_->context(); }
    static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept
    {
        return asio::execution::blocking.possibly;
    }
    static constexpr asio::execution::outstanding_work_t query(asio::execution::outstanding_work_t) noexcept
    {
        return asio::execution::outstanding_work.tracked;
    }

    tracked_shard_executor require(asio::execution::blocking_t::possibly_t) const noexcept { return *this; }
    tracked_shard_executor require(asio::execution::outstanding_work_t::tracked_t) const noexcept { return *this; }
    [[nodiscard]] shard_executor require(asio::execution::outstanding_work_t::untracked_t) const noexcept
    {
        return plain();
    }

    /// These are for one piece of work, which is outstanding by itself.
    [[nodiscard]] auto require(asio::execution::blocking_t::never_t never) const noexcept
    {
        return plain().require(never);
    }
    template <typename Allocator>
    [[nodiscard]] auto require(asio::execution::allocator_t<Allocator> memory) const noexcept
        requires(!std::is_void_v<Allocator>)
    {
        return plain().require(memory);
    }

    friend bool operator==(const tracked_shard_executor&, const tracked_shard_executor&) noexcept = default;

  private:
    [[nodiscard]] shard_executor plain() const noexcept { return shard_executor{*queue_}; }

    turn_queue* queue_;  // null once moved from
};

}  // namespace detail
/// @endcond

detail::tracked_shard_executor shard_executor::require(asio::execution::outstanding_work_t::tracked_t) const noexcept
{
    return detail::tracked_shard_executor{*queue_};
}

}  // namespace chatroom
