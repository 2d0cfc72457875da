// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/serve/shard_strand.hpp>

#include <boost/asio/execution.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <utility>

namespace chatroom {

/// @cond
namespace detail {

/// A shard_executor for what must not run within the call.
class posting_shard_executor {
  public:
    explicit posting_shard_executor(shard_strand& strand) noexcept : strand_{&strand} {}

    template <typename Function>
    void execute(Function&& function) const
    {
        strand_->post(std::forward<Function>(function));
    }

    asio::execution_context& query(asio::execution::context_t) const noexcept { return strand_->context(); }
    static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept
    {
        return asio::execution::blocking.never;
    }
    posting_shard_executor require(asio::execution::blocking_t::never_t) const noexcept { return *this; }

    friend bool operator==(const posting_shard_executor&, const posting_shard_executor&) noexcept = default;

  private:
    shard_strand* strand_;
};

class tracked_shard_executor;

}  // namespace detail
/// @endcond

/// An executor of one word that stands for a shard's strand, an asio::strand. A member's frame, socket and pending
/// operation each hold copies of their executor: this is what keeps an idle member small on any executor. It owns
/// nothing: the shard outlives the work that runs on it.
///
/// A std::bad_alloc that leaves a function on a shard ends the process: it was for Asio's own bookkeeping, without
/// which the strand would stand still.
class shard_executor {
  public:
    explicit shard_executor(detail::shard_strand& strand) noexcept : strand_{&strand} {}

    template <typename Function>
    void execute(Function&& function) const
    {
        strand_->execute(std::forward<Function>(function));
    }

    [[nodiscard]] bool running_in_this_thread() const noexcept { return strand_->running_in_this_thread(); }

    asio::execution_context& query(asio::execution::context_t) const noexcept { return strand_->context(); }
    static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept
    {
        return asio::execution::blocking.possibly;
    }
    static constexpr asio::execution::outstanding_work_t query(asio::execution::outstanding_work_t) noexcept
    {
        return asio::execution::outstanding_work.untracked;
    }

    shard_executor require(asio::execution::blocking_t::possibly_t) const noexcept { return *this; }
    [[nodiscard]] detail::posting_shard_executor require(asio::execution::blocking_t::never_t) const noexcept
    {
        return detail::posting_shard_executor{*strand_};
    }
    shard_executor require(asio::execution::outstanding_work_t::untracked_t) const noexcept { return *this; }
    /// The same, which keeps the executor below from running out of work as long as it lives.
    [[nodiscard]] inline detail::tracked_shard_executor
        require(asio::execution::outstanding_work_t::tracked_t) const noexcept;

    friend bool operator==(const shard_executor&, const shard_executor&) noexcept = default;

  private:
    detail::shard_strand* strand_;
};

/// @cond
namespace detail {

/// Outstanding work of a shard: what Asio holds while an operation is under way. One word.
class tracked_shard_executor {
  public:
    explicit tracked_shard_executor(shard_strand& strand) noexcept : work_{&strand} {}
    // An executor is copied without an exception, which intrusive_ptr does not promise.
    tracked_shard_executor(const tracked_shard_executor&) noexcept = default;
    tracked_shard_executor(tracked_shard_executor&&) noexcept = default;
    tracked_shard_executor& operator=(const tracked_shard_executor&) noexcept = default;
    tracked_shard_executor& operator=(tracked_shard_executor&&) noexcept = default;

    template <typename Function>
    void execute(Function&& function) const
    {
        work_->execute(std::forward<Function>(function));
    }

    asio::execution_context& query(asio::execution::context_t) const noexcept { return work_->context(); }
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
        return shard_executor{*work_};
    }
    /// For one function, which is outstanding by itself.
    [[nodiscard]] posting_shard_executor require(asio::execution::blocking_t::never_t) const noexcept
    {
        return posting_shard_executor{*work_};
    }

    friend bool operator==(const tracked_shard_executor&, const tracked_shard_executor&) noexcept = default;

  private:
    boost::intrusive_ptr<shard_strand> work_;  // null once moved from
};

}  // namespace detail
/// @endcond

detail::tracked_shard_executor shard_executor::require(asio::execution::outstanding_work_t::tracked_t) const noexcept
{
    return detail::tracked_shard_executor{*strand_};
}

}  // namespace chatroom
