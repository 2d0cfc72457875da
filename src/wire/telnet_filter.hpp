// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace chatroom::wire {

/// Swallows the command sequences of a telnet client (RFC 854), whole or cut between two reads, and makes a newline of
/// the NUL in CR NUL, which ends a line as CR LF does. A sequence takes no newline with it, and at most 64 bytes.
class CHATROOM_EXPORT telnet_filter {
  public:
    /// Filters `bytes` in place; returns how many bytes are left at the front.
    std::size_t filter(std::span<char> bytes) noexcept;

  private:
    enum class state : std::uint8_t { text, iac, option, subnegotiation, subnegotiation_iac };

    state state_ = state::text;
    std::uint8_t length_ = 0;  // of the open sequence, in bytes
    bool after_cr_ = false;    // the last byte of the text was one
};

}  // namespace chatroom::wire
