// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/observer.hpp>

#include <spdlog/logger.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace server {

/// Counts what happens in the room, and logs it.
class counters final : public chatroom::observer {
  public:
    explicit counters(std::shared_ptr<spdlog::logger> log) : log_{std::move(log)} {}

    void joined(chatroom::member_id member, std::string_view address) override;
    void left(chatroom::member_id member, std::string_view address, chatroom::disconnect_reason why) override;
    void refused(std::string_view address, chatroom::disconnect_reason why) override;
    void skipped(chatroom::member_id member, std::uint64_t messages) override;
    void dropped(chatroom::member_id member, chatroom::error_code why) override;
    void throttled(chatroom::member_id member) override;
    void receive_overflow(std::uint64_t datagrams) override;
    void send_failed(std::uint64_t datagrams, chatroom::error_code why) override;
    void error(std::string_view where, std::string_view address, const std::exception_ptr& what) override;

    /// Every counter, in one line.
    [[nodiscard]] std::string line() const;

  private:
    using counter = std::atomic<std::uint64_t>;

    const std::shared_ptr<spdlog::logger> log_;
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
