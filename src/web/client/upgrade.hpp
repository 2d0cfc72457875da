// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>

#include <string>
#include <string_view>

namespace chatroom::detail {

/// The request of a client for a WebSocket (RFC 6455, section 4.1).
struct upgrade_request {
    std::string host;  ///< A name, or an address without brackets.
    std::string port;
    std::string path;
    std::string key;  ///< Sec-WebSocket-Key: 16 random bytes in Base64.

    [[nodiscard]] std::string bytes() const;
};

/// Reads the answer to it.
class upgrade_reader {
  public:
    enum class result : unsigned char { need_more, upgraded, failed };

    explicit upgrade_reader(std::string_view key);

    /// Takes from the front of `bytes` up to the end of the answer's header.
    [[nodiscard]] result next(std::string_view& bytes);

    /// Why it has failed: a websocket_error, or the status.
    [[nodiscard]] error_code failure() const noexcept { return failure_; }

  private:
    [[nodiscard]] error_code check() const;

    std::string accept_;  // what the answer has to have
    std::string buffer_;
    error_code failure_;
};

}  // namespace chatroom::detail
