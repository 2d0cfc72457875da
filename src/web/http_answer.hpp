// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "http_request.hpp"

#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace chatroom::detail {

/// A field of an answer, which holds no line end.
struct http_field {
    std::string_view name;
    std::string_view value;
};

using http_time = std::chrono::system_clock::time_point;

/// `Sat, 28 Nov 2026 09:00:00 GMT` (RFC 9110, section 5.6.7), whatever the locale. Any thread.
[[nodiscard]] std::string http_date(http_time when);

/// The only answer on its connection: Date, Content-Length, `Connection: close`, nosniff, no-referrer, then `fields`.
/// `head_only`: to HEAD, without the body, whose length is told all the same. Any thread.
[[nodiscard]] std::string http_answer(unsigned status, std::span<const http_field> fields, std::string_view body,
                                      bool head_only, http_time now = std::chrono::system_clock::now());

/// The answer to a request that is not served, with a sentence that says why, and the fields that 405 and 426 must
/// have. Any thread.
[[nodiscard]] std::string http_refusal(unsigned status, bool head_only,
                                       http_time now = std::chrono::system_clock::now());

/// The Sec-WebSocket-Accept for a key of 24 bytes (RFC 6455, section 4.2.2). Any thread.
[[nodiscard]] std::string websocket_accept(std::string_view key);

/// The answer that upgrades the connection of such a request (see upgrade_refusal). It accepts the subprotocol
/// `centrifuge-json`, and no other. Any thread.
[[nodiscard]] std::string upgrade_answer(const http_request& request);

}  // namespace chatroom::detail
