// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/strand.hpp>

#include <utility>

namespace chatroom {

namespace asio = boost::asio;

/// A strand over whatever executor the caller gave, made once per shard.
struct shard_strand {
    using strand = asio::strand<asio::any_io_executor>;

    explicit shard_strand(const asio::any_io_executor& executor)
        : possibly{asio::make_strand(executor)},
          never{asio::require(possibly, asio::execution::blocking.never)},
          context{&asio::query(executor, asio::execution::context)}
    {
    }

    strand possibly;
    strand never;
    asio::execution_context* context;
};

/// An executor of two words that stands for a shard's strand. A member's frame, socket and pending operation each hold
/// copies of its executor: this is what keeps an idle member small on any executor. It owns nothing: the shard outlives
/// the work that runs on it.
class shard_executor {
  public:
    explicit shard_executor(const shard_strand& strand) noexcept : strand_{&strand} {}

    template <typename Function>
    void execute(Function&& function) const
    {
        (never_ ? strand_->never : strand_->possibly).execute(std::forward<Function>(function));
    }

    [[nodiscard]] bool running_in_this_thread() const noexcept { return strand_->possibly.running_in_this_thread(); }

    asio::execution_context& query(asio::execution::context_t) const noexcept { return *strand_->context; }

    static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept
    {
        return asio::execution::blocking.possibly;
    }

    shard_executor require(asio::execution::blocking_t::possibly_t) const noexcept { return {strand_, false}; }
    shard_executor require(asio::execution::blocking_t::never_t) const noexcept { return {strand_, true}; }

    friend bool operator==(const shard_executor&, const shard_executor&) noexcept = default;

  private:
    shard_executor(const shard_strand* strand, bool never) noexcept : strand_{strand}, never_{never} {}

    const shard_strand* strand_;
    bool never_ = false;
};

}  // namespace chatroom
