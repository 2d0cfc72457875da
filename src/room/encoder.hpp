// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room/log.hpp"

#include <chatroom/export.hpp>
#include <chatroom/wire/message_format.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chatroom::detail {

/// The bytes that a stretch of the log has in one protocol's form.
struct encoded_stretch {
    std::array<std::string_view, 8> pieces;
    std::size_t count = 0;
    std::size_t bytes = 0;  ///< Of all pieces.
    bool complete = false;  ///< It reaches to the end that was asked for; else it was cut to what one turn sends.

    [[nodiscard]] std::span<const std::string_view> view() const noexcept { return {pieces.data(), count}; }
    void clear() noexcept
    {
        count = bytes = 0;
        complete = false;
    }
};

/// Turns stretches of the log into bytes, for the members of one room on one strand that speak one protocol. All of
/// them use what it made for the first. The log_view is the same from one clear() to the next.
class encoder {
  public:
    /// Bytes that one member is sent in one turn, so that the others have theirs.
    static constexpr std::size_t bytes_per_turn = 256 * 1024;

    virtual ~encoder() = default;

    /// The bytes from `from` on, at most up to `end`; valid until the next call or clear(). `oldest() <= from <= end <=
    /// tail()` of the view. Throws std::bad_alloc.
    [[nodiscard]] virtual const encoded_stretch& gather(const log_view& view, position from, position end) = 0;

    /// Where a member stands that has taken the first `sent` bytes of the stretch last gathered, which began at `from`:
    /// behind the message that was cut there, whose remaining bytes are `rest`.
    [[nodiscard]] virtual position advance(const log_view& view, position from, std::size_t sent,
                                           std::string_view& rest) = 0;

    /// The log_view goes: nothing of it may be kept.
    virtual void clear() noexcept = 0;

  protected:
    encoder() = default;
    encoder(const encoder&) = default;
    encoder& operator=(const encoder&) = default;
};

/// The text protocol's: the log's own bytes, without a copy.
class CHATROOM_EXPORT log_encoder final : public encoder {
  public:
    const encoded_stretch& gather(const log_view& view, position from, position end) override;
    position advance(const log_view& view, position from, std::size_t sent, std::string_view& rest) override;
    void clear() noexcept override { stretch_.clear(); }

  private:
    encoded_stretch stretch_;  // most members stand where the last one did
    position from_;
    position end_;
};

/// Another protocol's: each message is rendered once, into a ring, and sent to all from there. A member that stands
/// before the ring has its messages rendered for itself; rendered_apart() counts them.
class CHATROOM_EXPORT batch_encoder final : public encoder {
  public:
    static constexpr std::size_t ring_bytes = 256 * 1024;

    /// `format` outlives it.
    explicit batch_encoder(const wire::message_format& format) noexcept : format_{format} {}

    const encoded_stretch& gather(const log_view& view, position from, position end) override;
    position advance(const log_view& view, position from, std::size_t sent, std::string_view& rest) override;
    void clear() noexcept override { stretch_.clear(); }

    [[nodiscard]] std::uint64_t rendered() const noexcept { return rendered_; }
    [[nodiscard]] std::uint64_t rendered_apart() const noexcept { return rendered_apart_; }

  private:
    static constexpr std::size_t block_bytes = ring_bytes / 8;  // a stretch has room for eight pieces

    // Consecutive messages, rendered.
    struct block {
        std::uint64_t first = 0;          // sequence
        std::vector<std::uint32_t> ends;  // of each message, in bytes from the block's start
        std::string bytes;

        [[nodiscard]] std::uint64_t past() const noexcept { return first + ends.size(); }
        [[nodiscard]] std::size_t size() const noexcept { return bytes.size() + ends.size() * sizeof ends[0]; }
        [[nodiscard]] std::size_t start_of(std::uint64_t sequence) const noexcept
        {
            return sequence == first ? 0 : ends[sequence - first - 1];
        }
    };

    void render(const log_view& view, std::uint64_t past, block& into) const;
    void extend_ring(const log_view& view, std::uint64_t from, std::uint64_t past);
    void add_piece(const block& from_block);

    const wire::message_format& format_;
    std::deque<block> ring_;  // without a gap between them
    std::size_t ring_size_ = 0;
    block apart_;  // of the last member that stood before the ring

    encoded_stretch stretch_;
    std::uint64_t from_ = 0;  // with end_: the stretch's sequences
    std::uint64_t end_ = 0;
    std::uint64_t next_ = 0;  // the first sequence that is not in the stretch
    std::uint64_t rendered_ = 0;
    std::uint64_t rendered_apart_ = 0;
};

}  // namespace chatroom::detail
