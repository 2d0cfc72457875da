// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "request.hpp"
#include "websocket_protocol.hpp"

#include <chatroom/member.hpp>
#include <chatroom/peer.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chatroom::detail {

inline constexpr std::size_t longest_key = 128;  ///< Bytes of what identifies a client or a message of its own.

// The requests about rooms, none of which waits. Each returns its answer, as a line. On the peer's strand.

/// The room of that name that the peer is in; null if it is in none of that name.
[[nodiscard]] room* find_room(websocket_protocol& spoken, std::string_view channel);

/// Joins a room, from where the peer left it if it asks for that and the log still has it.
[[nodiscard]] std::string subscribe(peer& from, websocket_protocol& spoken, const request& what);

/// Leaves it.
[[nodiscard]] std::string unsubscribe(peer& from, websocket_protocol& spoken, const request& what);

/// Says something there; what comes again under its id is not said again.
[[nodiscard]] std::string publish(peer& from, websocket_protocol& spoken, const request& what);

/// A page of what the log holds.
[[nodiscard]] std::string history(websocket_protocol& spoken, const request& what);

/// How many are there.
[[nodiscard]] std::string presence_stats(websocket_protocol& spoken, const request& what);

/// Who is there.
[[nodiscard]] std::string presence_answer(const std::vector<member>& members, const request& what);

}  // namespace chatroom::detail
