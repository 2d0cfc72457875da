// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "address.hpp"

#include <boost/system/error_code.hpp>

#include <chrono>
#include <string>

namespace client {

/// Why there is no connection to `at`, and what to try.
[[nodiscard]] std::string no_connection(const address& at, const boost::system::error_code& why);

/// How a connection ended that we did not end.
[[nodiscard]] std::string lost_connection(const boost::system::error_code& why);

/// What to try when a connection was made and then nothing was heard; begins with a colon.
[[nodiscard]] std::string silence(const address& at);

/// `1 message`, `2 messages`.
[[nodiscard]] std::string messages(std::size_t count);

/// `0.7 s`.
[[nodiscard]] std::string seconds(std::chrono::milliseconds time);

}  // namespace client
