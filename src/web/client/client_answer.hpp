// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/received_message.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chatroom::detail {

/// What a server says that waits for its password.
inline constexpr std::string_view password_needed = "this server has a password: /pass WORD";

/// A publication, as it is in a push or in an answer to `history`, and its offset; nullopt if it is none.
struct publication {
    std::uint64_t offset = 0;
    received_message what;
};
[[nodiscard]] std::optional<publication> to_publication(const boost::json::object& from, std::string_view room);

/// A `join` (or else a `leave`) of a push.
[[nodiscard]] received_message to_move(const boost::json::object& from, std::string_view room, bool joins);

/// A `message` of a push: a private message or a notice.
[[nodiscard]] received_message to_message(const boost::json::object& from);

/// Words of the server's.
[[nodiscard]] received_message to_notice(std::string_view text);

/// How the text protocol writes a name or an address: `<alice>`, ADDRESS:PORT.
[[nodiscard]] std::string to_sender(std::string_view user);

/// Of RFC 3339, as the server writes it; the clock's epoch if it is none.
[[nodiscard]] std::chrono::system_clock::time_point to_time(std::string_view text);

}  // namespace chatroom::detail
