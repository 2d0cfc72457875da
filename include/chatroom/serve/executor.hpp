// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/serve/turn_queue.hpp>

#include <boost/asio/execution.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace chatroom {

/// A strand over whatever executor the caller gave, made once per shard.
class shard_strand {
  public:
    /// Throws std::bad_alloc.
    explicit shard_strand(const asio::any_io_executor& executor) : queue_{turn_queue::make(executor)} {}

    /// Runs the function in its turn; within this call, if `never` is false and this thread may. Throws std::bad_alloc
    /// of the allocator, and then it does not run. Any thread.
    template <typename Function, typename Allocator>
    void execute(Function&& function, bool never, const Allocator& allocator) const
    {
        using callable = std::decay_t<Function>;
        if (!never && queue_->running_in_this_thread()) {
            callable now{std::forward<Function>(function)};
            now();
        } else if (!never && queue_->enter()) {
            const turn_queue::turn turn{queue_};
            callable now{std::forward<Function>(function)};
            now();
        } else {
            queue_->push(waiting<callable, Allocator>::make(std::forward<Function>(function), allocator));
        }
    }

    [[nodiscard]] bool running_in_this_thread() const noexcept { return queue_->running_in_this_thread(); }
    [[nodiscard]] asio::execution_context& context() const noexcept { return queue_->context(); }

  private:
    template <typename Function, typename Allocator>
    struct waiting final : queued {
        using allocator_type = typename std::allocator_traits<Allocator>::template rebind_alloc<waiting>;

        template <typename F>
        waiting(F&& f, const allocator_type& a) : queued{nullptr, &end},
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
                return ::new (static_cast<void*>(memory)) waiting{std::forward<F>(f), allocator};
            } catch (...) {
                allocator.deallocate(memory, 1);
                throw;
            }
        }

        static void end(queued* one, bool run)
        {
            auto* const self = static_cast<waiting*>(one);
            auto allocator = self->allocator;
            Function function{std::move(self->function)};
            self->~waiting();
            allocator.deallocate(self, 1);  // what the function begins may use the memory again
            if (run) {
                function();
            }
        }

        Function function;
        allocator_type allocator;
    };

    std::shared_ptr<turn_queue> queue_;
};

/// A shard_executor for one piece of work: it knows whether that may run within the call, and where its memory is from.
template <typename Allocator>
class prepared_shard_executor;

/// An executor of one word that stands for a shard's strand. A member's frame, socket and pending operation each hold
/// copies of its executor: this is what keeps an idle member small on any executor. It owns nothing: the shard outlives
/// the work that runs on it.
class shard_executor {
  public:
    explicit shard_executor(const shard_strand& strand) noexcept : strand_{&strand} {}

    template <typename Function>
    void execute(Function&& function) const
    {
        strand_->execute(std::forward<Function>(function), false, asio::recycling_allocator<void>{});
    }

    [[nodiscard]] bool running_in_this_thread() const noexcept { return strand_->running_in_this_thread(); }

    asio::execution_context& query(asio::execution::context_t) const noexcept { return strand_->context(); }

    static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept
    {
        return asio::execution::blocking.possibly;
    }

    shard_executor require(asio::execution::blocking_t::possibly_t) const noexcept { return *this; }
    [[nodiscard]] inline prepared_shard_executor<asio::recycling_allocator<void>>
        require(asio::execution::blocking_t::never_t) const noexcept;

    /// The same, for a handler that brings its own memory; Asio's default allocator is no such memory.
    shard_executor require(asio::execution::allocator_t<std::allocator<void>>) const noexcept { return *this; }
    template <typename Allocator>
    [[nodiscard]] prepared_shard_executor<Allocator>
    require(asio::execution::allocator_t<Allocator> memory) const noexcept
        requires(!std::is_void_v<Allocator>)
    {
        return {*this, false, memory.value()};
    }

    friend bool operator==(const shard_executor&, const shard_executor&) noexcept = default;

  private:
    template <typename>
    friend class prepared_shard_executor;

    const shard_strand* strand_;
};

template <typename Allocator>
class prepared_shard_executor {
  public:
    prepared_shard_executor(const shard_executor& executor, bool never, const Allocator& allocator) noexcept
        : executor_{executor},
          allocator_{allocator},
          never_{never}
    {
    }

    template <typename Function>
    void execute(Function&& function) const
    {
        executor_.strand_->execute(std::forward<Function>(function), never_, allocator_);
    }

    asio::execution_context& query(asio::execution::context_t c) const noexcept { return executor_.query(c); }

    [[nodiscard]] prepared_shard_executor require(asio::execution::blocking_t::never_t) const noexcept
    {
        return {executor_, true, allocator_};
    }
    prepared_shard_executor require(asio::execution::allocator_t<std::allocator<void>>) const noexcept { return *this; }
    template <typename Other>
    [[nodiscard]] prepared_shard_executor<Other> require(asio::execution::allocator_t<Other> memory) const noexcept
        requires(!std::is_void_v<Other>)
    {
        return {executor_, never_, memory.value()};
    }

    friend bool operator==(const prepared_shard_executor&, const prepared_shard_executor&) noexcept = default;

  private:
    shard_executor executor_;
    [[no_unique_address]] Allocator allocator_;
    bool never_;
};

prepared_shard_executor<asio::recycling_allocator<void>>
shard_executor::require(asio::execution::blocking_t::never_t) const noexcept
{
    return {*this, true, {}};
}

}  // namespace chatroom
