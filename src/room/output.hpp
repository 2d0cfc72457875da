// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "wire/lazy_string.hpp"

#include <chatroom/export.hpp>
#include <chatroom/member.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace chatroom::detail {

struct cursor;

/// Where the bytes of a member go: first what is buffered (the rest of a message that its stream cut, notices, private
/// messages), and behind it, in the same call, what the caller has. Everything on the member's strand.
class CHATROOM_EXPORT output {
  public:
    /// What the stream said.
    struct sent {
        std::size_t bytes;  ///< That it took.
        int error;          ///< An errno if it has failed, or 0.
    };

    /// Whether the stream took less than it was offered, so that on_writable() is to come.
    [[nodiscard]] bool blocked() const noexcept { return blocked_; }
    [[nodiscard]] std::string_view buffered() const noexcept { return buffer_.view(); }

    /// What goes out next, to be appended to and flushed. Throws std::bad_alloc.
    [[nodiscard]] std::string& buffer() { return buffer_.get(); }

    /// Sends what is buffered and then `pieces`; returns how many bytes of these were taken, which is all unless it is
    /// blocked or has failed. Not to be called while it is blocked.
    std::size_t write(std::span<const std::string_view> pieces);

    /// Sends what is buffered, unless it is blocked; returns whether nothing is left.
    bool flush();

    /// So many messages of the cursor's room have gone to the stream as a whole.
    virtual void on_delivered(std::uint64_t /*messages*/) noexcept {}

    /// The cursor is far behind and was moved up; so many messages are lost to it.
    virtual void on_skipped(cursor& which, std::uint64_t messages) noexcept = 0;

    /// Appends a notice that says so to the buffer. Throws std::bad_alloc.
    virtual void append_gap(std::uint64_t messages) = 0;

    /// The cursor is far behind, and is not to be moved up: the member is to be disconnected.
    virtual void on_slow_consumer(cursor& which) = 0;

    /// The cursor, which is ending, has reached its end, and the buffer is empty.
    virtual void on_end(cursor& which) = 0;

    /// The room's congestion, which cursor::awaits_relief was set for, is over.
    virtual void on_relieved(cursor& which) = 0;

    /// The room was closed.
    virtual void on_room_closed(cursor& which) = 0;

    /// A handle to the member. Throws std::bad_alloc.
    [[nodiscard]] virtual member handle() = 0;

    /// One of the above, or a write, threw. Called within the catch block.
    virtual void on_exception() noexcept = 0;

  protected:
    output() = default;
    output(const output&) = delete;
    output& operator=(const output&) = delete;
    ~output() = default;

    void clear_blocked() noexcept { blocked_ = false; }

  private:
    /// Gives bytes to the stream, without waiting.
    virtual sent send(std::span<const std::string_view> pieces) noexcept = 0;

    /// The stream takes no more for now; clear_blocked() and flush() once it does.
    virtual void on_blocked() = 0;

    /// The stream has failed with that errno.
    virtual void on_failed(int error) noexcept = 0;

    wire::lazy_string buffer_;
    bool blocked_ = false;
};

}  // namespace chatroom::detail
