// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chatroom::detail {

// Errors of Centrifugo's protocol; from 400 on our own.
namespace code {
inline constexpr int unauthorized = 101;
inline constexpr int unknown_channel = 102;
inline constexpr int permission_denied = 103;
inline constexpr int method_not_found = 104;
inline constexpr int already_subscribed = 105;
inline constexpr int bad_request = 107;
inline constexpr int too_many_requests = 111;
inline constexpr int unrecoverable_position = 112;
inline constexpr int name_refused = 409;
}  // namespace code

/// What a client can ask for.
enum class method : std::uint8_t {
    connect,
    subscribe,
    unsubscribe,
    publish,
    presence,
    presence_stats,
    history,
    ping,
    rpc,
    send,  ///< Asks for nothing, and gets no answer.
    unknown,
};

/// One command of the JSON protocol.
struct request {
    std::int64_t id = 0;
    method what = method::unknown;
    boost::json::object parameters = {};

    /// A member that is a string; empty if there is none.
    [[nodiscard]] std::string_view text(std::string_view name) const;
};

/// A string that a JSON object has under that name; empty if there is none.
[[nodiscard]] std::string_view text_in(const boost::json::object& from, std::string_view name);

/// The object that it has; an empty one if there is none.
[[nodiscard]] const boost::json::object& object_in(const boost::json::object& from, std::string_view name);

/// The whole number that it has; nullopt if there is none.
[[nodiscard]] std::optional<std::int64_t> number_in(const boost::json::object& from, std::string_view name);

/// Whether it has `true`.
[[nodiscard]] bool is_true(const boost::json::object& from, std::string_view name);

/// A text for Boost.JSON.
[[nodiscard]] inline boost::json::string_view view(std::string_view text) noexcept
{
    return {text.data(), text.size()};
}

/// The commands of one frame, one a line, at most 100; nullopt if one is none. Answers to pings are left out.
[[nodiscard]] std::optional<std::vector<request>> parse_requests(std::string_view frame);

/// An answer, as a line: `{"id":7,"publish":{}}`.
[[nodiscard]] std::string answer(const request& to, const boost::json::object& result);

/// `result` is JSON text.
[[nodiscard]] std::string answer_text(const request& to, std::string_view result);

/// `{"id":7,"error":{"code":103,"message":"…"}}`
[[nodiscard]] std::string answer_error(const request& to, int code, std::string_view message, bool temporary = false);

}  // namespace chatroom::detail
