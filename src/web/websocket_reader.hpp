// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "websocket_frame.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chatroom::detail {

/// Makes messages of the frames of a WebSocket peer (RFC 6455): text alone, whole or in fragments, with control frames
/// in between. A violation is found at the first byte that shows it.
class websocket_reader {
  public:
    enum class result : std::uint8_t {
        need_more,  ///< All bytes are taken.
        message,    ///< A text, which is UTF-8.
        ping,       ///< To be answered by a pong with the same payload.
        pong,
        close,      ///< The peer's last frame; the payload is its reason.
        violation,  ///< To be answered by a close frame with close_code().
    };

    /// Who the peer is: the frames of a client must have a mask, those of a server must have none.
    enum class peer : std::uint8_t { client, server };

    /// `most`: bytes of the longest message.
    explicit websocket_reader(std::size_t most, peer from = peer::client) noexcept;

    /// Takes from the front of `bytes` up to the end of the next message or control frame. `payload` is valid until the
    /// next call. After a close or a violation all bytes are taken and ignored.
    [[nodiscard]] result next(std::string_view& bytes, std::string_view& payload);

    /// After a close the peer's code, close_code::none if it gave none; after a violation ours.
    [[nodiscard]] std::uint16_t close_code() const noexcept { return close_code_; }

  private:
    [[nodiscard]] bool is_final() const noexcept { return (header_[0] & 0x80) != 0; }
    [[nodiscard]] opcode what() const noexcept { return static_cast<opcode>(header_[0] & 0x0f); }
    [[nodiscard]] bool is_control() const noexcept { return (header_[0] & 0x08) != 0; }
    [[nodiscard]] std::size_t length_end() const noexcept;
    [[nodiscard]] std::size_t header_end() const noexcept;
    [[nodiscard]] std::uint64_t length() const noexcept;
    [[nodiscard]] std::uint16_t header_error() const noexcept;
    [[nodiscard]] bool take_payload(std::string_view& bytes);
    [[nodiscard]] result end_frame(std::string_view& payload);
    [[nodiscard]] result end_by_close(std::string_view& payload);
    [[nodiscard]] result fail(std::uint16_t code) noexcept;
    void drop_buffer() noexcept { std::string{}.swap(buffer_); }

    std::string buffer_;  // the message so far, then the payload of a control frame so far
    std::size_t most_;
    std::uint64_t remaining_ = 0;             // bytes of this frame's payload
    std::array<unsigned char, 14> header_{};  // of this frame
    std::uint16_t close_code_ = 0;
    std::uint8_t header_size_ = 0;  // bytes of it that are there; 0 between two frames
    std::uint8_t control_ = 0;      // bytes at the end of the buffer that are of a control frame
    std::uint8_t unfinished_ = 0;   // bytes at the end of the message that are part of a code point
    peer from_;
    bool fragmented_ = false;  // a message is under way between two frames
    bool closed_ = false;
};

}  // namespace chatroom::detail
