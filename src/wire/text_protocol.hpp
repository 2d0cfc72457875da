// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "wire/line_framer.hpp"
#include "wire/telnet_filter.hpp"

#include <chatroom/export.hpp>
#include <chatroom/wire/protocol.hpp>

#include <chrono>
#include <cstddef>

namespace chatroom::wire {

/// The rules of a text_protocol, the same for all peers of a listener.
struct text_rules {
    std::size_t max_message;                 ///< Bytes of the longest line, counted once it is cleaned.
    std::chrono::milliseconds message_gap;   ///< The silence that ends a line of a peer that has sent no newline yet.
    std::chrono::milliseconds line_timeout;  ///< From the first byte of a line to its newline.
    bool commands = false;                   ///< As in parse_line().
};

/// The classroom's wire: a line is a message. Telnet's sequences are swallowed, and an HTTP request is a violation.
class CHATROOM_EXPORT text_protocol final : public protocol {
  public:
    /// `rules` outlives it.
    explicit text_protocol(const text_rules& rules) noexcept : rules_{rules}, framer_{rules.max_message} {}

    [[nodiscard]] std::string_view received(std::span<char> bytes) override;
    [[nodiscard]] result next(std::string_view& bytes, time_point now, command& found) override;
    [[nodiscard]] result finish(command& found) override;
    [[nodiscard]] time_point deadline(time_point now) const noexcept override;
    [[nodiscard]] result on_deadline(time_point now, command& found) override;
    void resume(time_point now) noexcept override { started_ = now; }
    [[nodiscard]] disconnect_reason violation() const noexcept override { return violation_; }
    void append_line(std::string& out, std::string_view sender, std::string_view text) override;
    [[nodiscard]] const message_format* format() const noexcept override { return nullptr; }

  private:
    result violate(disconnect_reason why) noexcept;

    // There is one of these for each member: the order saves 8 bytes.
    const text_rules& rules_;
    time_point started_;  // the open line's first byte
    line_framer framer_;
    telnet_filter telnet_;
    bool first_line_ = true;
    disconnect_reason violation_{};
};

}  // namespace chatroom::wire
