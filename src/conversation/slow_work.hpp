// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace chatroom::detail {

/// Threads for what takes long and must not hold a strand: passwords (argon2id: some 100 ms and 64 MiB each), and
/// files. end() comes before the executors that wait for it go. Any thread may call anything.
class slow_work {
  public:
    static constexpr std::size_t threads = 2;
    static constexpr std::size_t most_waiting = 64;

    /// Runs `what` on a thread of its own and completes on the executor that awaits it, with what it returned, or with
    /// nullopt if it was not done: at once if too much waits already, and after end(). `what` throws nothing.
    /// Cancelling it has no effect. Throws std::system_error if no thread can be had.
    [[nodiscard]] boost::asio::awaitable<std::optional<bool>> run(std::function<bool()> what);

    /// Skips what waits, and waits for what is under way; nothing runs after that.
    void end();

    /// Whether `password` is the one of `hash`; as run().
    [[nodiscard]] boost::asio::awaitable<std::optional<bool>> verify(std::string hash, std::string password);

  private:
    [[nodiscard]] bool enter();
    [[nodiscard]] bool ended();
    void leave();
    [[nodiscard]] boost::asio::awaitable<std::optional<bool>> run_on_pool(std::function<bool()> what);

    std::mutex mutex_;                              // of all that follows; also while something is given to the pool
    std::optional<boost::asio::thread_pool> pool_;  // made when it is needed first; not changed once it has ended
    std::size_t waiting_ = 0;
    bool ended_ = false;
};

}  // namespace chatroom::detail
