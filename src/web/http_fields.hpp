// SPDX-License-Identifier: BSL-1.0
// What requests and answers have in common.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <string_view>

namespace chatroom::detail {

inline constexpr std::string_view empty_line = "\r\n\r\n";  ///< With the end of the line before it: ends a header.

/// Whether it is an upgrade to WebSocket, or accepts one: a token each of Connection and Upgrade. Any thread.
[[nodiscard]] inline bool upgrades_to_websocket(const boost::beast::http::fields& fields)
{
    namespace http = boost::beast::http;
    const auto has_token = [&fields](http::field name, const char* token) {
        const auto [begin, end] = fields.equal_range(name);
        return std::any_of(begin, end,
                           [token](const auto& field) { return http::token_list{field.value()}.exists(token); });
    };
    return has_token(http::field::connection, "upgrade") && has_token(http::field::upgrade, "websocket");
}

}  // namespace chatroom::detail
