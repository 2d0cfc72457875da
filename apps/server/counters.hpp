// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "arrivals.hpp"
#include "bounded_log.hpp"

#include <chatroom/observer.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <spdlog/logger.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace server {

/// What has been counted up to now.
struct event_counts {
    std::chrono::system_clock::time_point started;
    std::uint64_t joined = 0;
    std::uint64_t skipped = 0;
    std::uint64_t dropped = 0;
    std::uint64_t throttled = 0;
    std::uint64_t receive_overflow = 0;
    std::uint64_t send_failed = 0;
    std::uint64_t errors = 0;
    std::array<std::uint64_t, chatroom::disconnect_reason_count> left{};
    std::array<std::uint64_t, chatroom::disconnect_reason_count> refused{};
};

/// Counts what happens in the rooms, and logs it.
class counters final : public chatroom::observer {
  public:
    counters(const boost::asio::any_io_executor& executor, std::shared_ptr<spdlog::logger> log)
        : log_{std::move(log)},
          visits_log_{executor, log_, "joins, goodbyes and refusals"},
          moderation_log_{executor, log_, "acts of operators and wrong passwords"}
    {
    }

    void connected(chatroom::member_id member, std::string_view address) override;
    void disconnected(chatroom::member_id member, std::string_view address, chatroom::disconnect_reason why) override;
    void refused(std::string_view address, chatroom::disconnect_reason why) override;
    void skipped(chatroom::member_id member, std::uint64_t messages) override;
    void dropped(chatroom::member_id member, chatroom::error_code why) override;
    void throttled(chatroom::member_id member) override;
    void receive_overflow(std::uint64_t datagrams) override;
    void send_failed(std::uint64_t datagrams, chatroom::error_code why) override;
    void error(std::string_view where, std::string_view address, const std::exception_ptr& what) override;

    /// What an operator did, or that a password was wrong.
    void moderated(std::string_view what) { moderation_log_.info("{}", what); }

    /// Ends the timers, so that nothing keeps the executor at work; says what was left out of the log up to now.
    void end();

    /// Any thread.
    [[nodiscard]] event_counts counts() const;

    /// Every counter, in one line.
    [[nodiscard]] std::string line() const;

  private:
    using counter = std::atomic<std::uint64_t>;
    using clock = std::chrono::steady_clock;

    [[nodiscard]] std::uint32_t age() const noexcept;

    const std::shared_ptr<spdlog::logger> log_;
    const clock::time_point started_ = clock::now();
    const std::chrono::system_clock::time_point started_on_ = std::chrono::system_clock::now();
    bounded_log visits_log_;
    bounded_log moderation_log_;
    arrivals arrivals_;
    counter joined_{0};
    counter skipped_{0};
    counter dropped_{0};
    counter throttled_{0};
    counter receive_overflow_{0};
    counter send_failed_{0};
    counter errors_{0};
    std::array<counter, chatroom::disconnect_reason_count> left_{};
    std::array<counter, chatroom::disconnect_reason_count> refused_{};
};

}  // namespace server
