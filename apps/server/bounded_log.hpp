// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <spdlog/logger.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace server {

/// The lines of the log at `info` about members, at most 50 a second; when the second is over it says how many were
/// left out. Any thread may call anything.
class bounded_log {
  public:
    static constexpr std::uint32_t most_a_second = 50;

    /// `what` is what is left out, in the plural. `executor` runs a timer, until end().
    bounded_log(const boost::asio::any_io_executor& executor, std::shared_ptr<spdlog::logger> log, std::string what);

    /// Writes a line, or counts it.
    template <typename... Args>
    void info(spdlog::format_string_t<Args...> form, Args&&... args)
    {
        if (log_->should_log(spdlog::level::info) && admit()) {
            log_->info(form, std::forward<Args>(args)...);
        }
    }

    /// Ends the timer, and says what it would have said.
    void end();

  private:
    [[nodiscard]] bool admit();
    void wait();
    void report();

    const std::shared_ptr<spdlog::logger> log_;
    const std::string what_;
    std::mutex mutex_;                               // a leaf; of the next three
    std::chrono::steady_clock::time_point begin_{};  // of the current second
    std::uint32_t written_ = 0;
    std::uint64_t left_out_ = 0;
    boost::asio::strand<boost::asio::any_io_executor> strand_;
    boost::asio::steady_timer timer_;  // on the strand
    bool ended_ = false;               // on the strand
};

}  // namespace server
