// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/serve/executor.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace chatroom {

/// A coroutine on a shard's strand. It awaits other tasks, and every operation of Asio's. To await an
/// asio::awaitable<T>, as asio::use_awaitable makes them, have it run on the same strand:
/// `co_await asio::co_spawn(co_await asio::this_coro::executor, f(), use_task)`.
template <typename T = void>
using task = asio::awaitable<T, shard_executor>;

/// The completion token that makes a task of an operation, as asio::use_awaitable makes an asio::awaitable.
inline constexpr asio::use_awaitable_t<shard_executor> use_task;

/// A TCP socket there.
using tcp_stream = asio::basic_stream_socket<asio::ip::tcp, shard_executor>;

/// A strand and the one buffer that its connections read into. A reader uses the buffer between two suspensions only.
class shard {
  public:
    /// A strand on `executor`, whose context outlives it. Throws std::bad_alloc.
    explicit shard(const asio::any_io_executor& executor) : strand_{std::make_shared<detail::shard_strand>(executor)} {}
    shard(const shard&) = delete;
    shard& operator=(const shard&) = delete;

    /// The strand, as an executor of Asio's. Whoever runs on it shares the ownership of the shard.
    [[nodiscard]] shard_executor get_executor() const noexcept { return shard_executor{*strand_}; }

    /// 16 KiB that all who run on the strand read into, one after the other.
    [[nodiscard]] std::span<char> read_buffer() noexcept { return buffer_; }

    /// Counts a connection in. Any thread.
    void add_connection() noexcept { connections_.fetch_add(1); }

    /// Counts a connection out. Any thread.
    void remove_connection() noexcept { connections_.fetch_sub(1); }

    /// Connections that were counted in and not out: a server deals by that. Any thread.
    [[nodiscard]] std::size_t connections() const noexcept { return connections_.load(); }

  private:
    std::shared_ptr<detail::shard_strand> strand_;
    std::atomic<std::size_t> connections_{0};
    std::array<char, 16 * 1024> buffer_{};
};

/// Counts a connection on a shard as long as it lives. Any thread.
class load_token {
  public:
    /// Counts it in.
    explicit load_token(std::shared_ptr<shard> home) noexcept : home_{std::move(home)} { home_->add_connection(); }

    /// Takes the count over.
    load_token(load_token&&) noexcept = default;
    load_token& operator=(load_token&&) = delete;
    ~load_token()
    {
        if (home_) {
            home_->remove_connection();
        }
    }

    /// Leaves the call of remove_connection() to the caller.
    void release() noexcept { home_.reset(); }

  private:
    std::shared_ptr<shard> home_;  // null once moved from or released
};

/// The shards of a transport. Whoever may run on one of them shares their ownership.
using shard_list = std::vector<std::unique_ptr<shard>>;

/// `count` shards on `executor`. Throws std::bad_alloc.
[[nodiscard]] CHATROOM_EXPORT std::shared_ptr<shard_list> make_shards(const asio::any_io_executor& executor,
                                                                      std::size_t count);

}  // namespace chatroom
