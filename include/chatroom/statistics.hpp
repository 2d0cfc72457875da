// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace chatroom {

/// What the members of one kind have done since their transport was made. Every count but `members` only grows.
struct traffic {
    std::uint64_t members = 0;            ///< Those that are connected now.
    std::uint64_t received_bytes = 0;     ///< By the protocol, without what TLS, TCP and IP add; refused peers' too.
    std::uint64_t received_messages = 0;  ///< That were published.
    std::uint64_t sent_bytes = 0;         ///< As received_bytes.
    std::uint64_t sent_messages = 0;      ///< Of the room, once for each member that got it; over UDP, datagrams.
};

/// How long something took, counted by bounds.
struct duration_histogram {
    /// The upper bounds of all counts but the last, which has the rest.
    static constexpr std::array<std::chrono::microseconds, 10> bounds{
        {std::chrono::microseconds{50}, std::chrono::microseconds{100}, std::chrono::microseconds{250},
         std::chrono::microseconds{500}, std::chrono::microseconds{1'000}, std::chrono::microseconds{2'500},
         std::chrono::microseconds{5'000}, std::chrono::microseconds{10'000}, std::chrono::microseconds{50'000},
         std::chrono::microseconds{250'000}}};
    std::array<std::uint64_t, bounds.size() + 1> counts{};  ///< Above the bound before, and at most its own.
    std::chrono::nanoseconds sum{0};                        ///< Of all durations.
};

/// What a tcp_room has done.
struct tcp_statistics {
    traffic text;                      ///< Members that speak text, or a protocol of yours.
    traffic websocket;                 ///< Members that come by a protocol with requests: WebSocket.
    std::uint64_t buffered_bytes = 0;  ///< Of members that do not keep up, at most a second before the last question.
    duration_histogram flushes;        ///< What it took to give all members of a shard what was new in a room.
};

}  // namespace chatroom
