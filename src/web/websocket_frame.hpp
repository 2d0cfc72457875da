// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace chatroom::detail {

/// RFC 6455, section 5.2.
enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// RFC 6455, section 7.4.1.
namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t unsupported_data = 1003;
inline constexpr std::uint16_t none = 1005;  ///< Stands for a close frame without a code; is never sent.
inline constexpr std::uint16_t invalid_payload = 1007;
inline constexpr std::uint16_t message_too_big = 1009;
}  // namespace close_code

inline constexpr std::size_t max_frame_header = 10;      ///< Bytes, of a frame without a mask.
inline constexpr std::size_t max_control_payload = 125;  ///< Bytes.

/// Writes the header of a whole message of `size` bytes, without a mask; returns its length in bytes. Any thread.
std::size_t frame_header(std::span<char, max_frame_header> out, opcode what, std::uint64_t size) noexcept;

/// Appends a whole message as a server sends it. Any thread.
void append_text_frame(std::string& out, std::string_view payload);

/// Appends a control frame as a server sends it; of the payload at most 125 bytes. Any thread.
void append_control(std::string& out, opcode what, std::string_view payload);

/// Appends a close frame as a server sends it, with as much of `reason`, which is UTF-8, as it can hold. With
/// close_code::none it has neither. Any thread.
void append_close(std::string& out, std::uint16_t code, std::string_view reason);

/// Appends a whole message or control frame as a client sends it. `mask` must be unpredictable, and another for each
/// frame (section 5.3). Any thread.
void append_masked_frame(std::string& out, opcode what, std::string_view payload, std::array<unsigned char, 4> mask);

/// XORs `bytes` with the mask, from the mask's byte `phase` modulo 4 on. Any thread.
void apply_mask(std::span<char> bytes, std::span<const unsigned char, 4> mask, std::size_t phase) noexcept;

}  // namespace chatroom::detail
