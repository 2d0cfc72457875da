// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "wire/lazy_string.hpp"

#include <chatroom/export.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace chatroom::wire {

/// Cuts the bytes of a TCP peer into lines.
///
///     bytes ──► │ partial_ (cleaned) · tail_ (≤ 4 raw bytes: a CR, a cut code point) │ ──► line
///
/// Holds at most `limit` + 4 bytes, and no memory at all while no line is open.
class CHATROOM_EXPORT line_framer {
  public:
    /// What next() found.
    enum class result : std::uint8_t {
        need_more,  ///< The bytes are used up; a line may be open.
        line,       ///< A whole line.
        too_long,   ///< A line is over the limit, told once, when it becomes so; the rest of it is discarded.
        endless,    ///< 64 KiB without a newline. The framer is not to be used any more.
    };

    /// `limit`: bytes of the longest line, counted once it is cleaned.
    explicit line_framer(std::size_t limit) noexcept : limit_{static_cast<std::uint32_t>(limit)} {}

    /// Takes from the front of `bytes` up to the end of the next line, which is `line` then: clean, without its
    /// newline, a piece of the bytes given or of the framer, and valid until the next call.
    result next(std::string_view& bytes, std::string_view& line);

    /// Ends the open line as a newline would: at the quiet gap and at end of file. Returns line or too_long, or
    /// need_more if no line is open or the open one is being discarded. A line cut so leaves the peer's kind undecided.
    result finish(std::string_view& line);

    /// Whether bytes of a line are waiting for its end; an over-long line that is being discarded is open too.
    [[nodiscard]] bool open() const noexcept { return raw_ != 0; }

    /// Whether the peer has ever sent a newline: such a peer's lines end at nothing else.
    [[nodiscard]] bool sends_newlines() const noexcept { return sends_newlines_; }

  private:
    bool add(std::string_view piece);
    result give_out(std::string_view& line) noexcept;
    void end_line() noexcept;
    void release() noexcept;

    lazy_string partial_;
    std::uint32_t limit_;
    std::uint32_t raw_ = 0;  // bytes of the open line, as they came
    char tail_[4] = {};
    std::uint8_t tail_size_ = 0;
    bool sends_newlines_ = false;
    bool discarding_ = false;
    bool given_out_ = false;  // the last line was partial_
};

}  // namespace chatroom::wire
