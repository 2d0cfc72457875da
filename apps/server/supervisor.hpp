// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "transports.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

namespace server {

/// Serves signals and the watchdog on a thread of its own, so that a pool under load or stuck delays no signal.
class supervisor {
  public:
    /// From here on signals wait for start(). SIGHUP and SIGINT stay ignored if they are, as nohup(1) has it.
    supervisor();

    /// The destructor ends the thread.
    ~supervisor();
    supervisor(const supervisor&) = delete;
    supervisor& operator=(const supervisor&) = delete;

    /// `pool` is what the watchdog watches. SIGINT and SIGTERM stop `rooms`, the next closes them; SIGUSR1 calls
    /// `log_counters`, and SIGHUP `reload`, unless it says that the terminal of the server has gone, which stops
    /// `rooms` too. All have to outlive this.
    void start(transports& rooms, boost::asio::any_io_executor pool, std::function<void()> log_counters,
               std::function<void()> reload);

  private:
    static boost::asio::awaitable<void> handle_signals(supervisor* self, transports* rooms,
                                                       std::function<void()> log_counters,
                                                       std::function<void()> reload);
    static boost::asio::awaitable<void> watchdog_loop(supervisor* self, boost::asio::any_io_executor pool,
                                                      std::chrono::microseconds patience);

    boost::asio::io_context context_{1};
    boost::asio::signal_set signals_{context_, SIGTERM, SIGUSR1};
    boost::asio::steady_timer watchdog_{context_};
    std::atomic<bool> probing_{false};  // the pool has yet to run what the watchdog posted
    std::jthread thread_;
};

}  // namespace server
