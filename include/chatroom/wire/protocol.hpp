// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/disconnect_reason.hpp>
#include <chatroom/export.hpp>
#include <chatroom/wire/command.hpp>
#include <chatroom/wire/message_format.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace chatroom::wire {

class protocol;

/// The protocol that a peer has turned out to speak, and what it has sent in it already.
struct replacement {
    std::unique_ptr<protocol> next;  ///< Null: the text protocol.
    std::string bytes;               ///< To be read by it first.
};

/// One peer's protocol over a byte stream, without any I/O: its bytes become commands, and what it is told becomes
/// bytes. Not thread-safe. Functions that take memory throw std::bad_alloc.
///
///     bytes read ──► received() ──► next() ──► command            on_deadline(), finish() ──► command
///
/// Where the first bytes tell which protocol a peer speaks, the protocol that looks at them is replaced by that one.
class CHATROOM_EXPORT protocol {
  public:
    /// Of the clock that the room goes by.
    using time_point = std::chrono::steady_clock::time_point;

    /// What the bytes were.
    enum class result : std::uint8_t {
        need_more,  ///< The bytes are used up, and no command is complete.
        command,    ///< `found` is the next command; its views are valid until the next call.
        too_long,   ///< A message is over the limit; reported once, and passed over.
        violation,  ///< The peer is to be disconnected for violation(); next() is not to be called again.
        replaced,   ///< Another protocol goes on: replace(). The bytes are used up.
    };

    virtual ~protocol() = default;

    /// Takes the bytes of one read, which it may rewrite in place; returns what is left of them for next().
    [[nodiscard]] virtual std::string_view received(std::span<char> bytes) = 0;

    /// Takes from the front of `bytes` up to the end of the next command.
    [[nodiscard]] virtual result next(std::string_view& bytes, time_point now, command& found) = 0;

    /// Ends what is open, at the end of the stream.
    [[nodiscard]] virtual result finish(command& found) = 0;

    /// When on_deadline() is to be called, if nothing comes before; time_point::max() if not at all. Asked when bytes
    /// have come, or the peer is read again, `now`.
    [[nodiscard]] virtual time_point deadline(time_point now) const noexcept = 0;

    /// The deadline has been reached.
    [[nodiscard]] virtual result on_deadline(time_point now, command& found) = 0;

    /// The peer is read from now on: at the start, or after a while that does not count for a deadline.
    virtual void resume(time_point now) noexcept = 0;

    /// Why the peer is to be disconnected.
    [[nodiscard]] virtual disconnect_reason violation() const noexcept = 0;

    /// What goes on in place of this protocol, after result::replaced. If the peer is a member, and the next protocol
    /// says that it is none, it leaves its rooms; if something has gone out to it already, it goes on with text.
    [[nodiscard]] virtual replacement replace() { return {}; }

    /// Whether the peer is a member, or is to become one now: of the room that it came to, unless it has_requests().
    /// Asked at the start, and when bytes or a deadline have come; once true it stays true for this protocol.
    [[nodiscard]] virtual bool is_member() const noexcept { return true; }

    /// Whether the peer joins rooms by requests of its own. Such a peer is read also while it is above its rate or its
    /// rooms are congested, but not while 64 KiB wait for it. Asked when is_member() is true first.
    [[nodiscard]] virtual bool has_requests() const noexcept { return false; }

    /// Whether the peer is to be sent something beside messages and lines. Asked when bytes or a deadline have come.
    [[nodiscard]] virtual bool has_output() const noexcept { return false; }

    /// Appends that.
    virtual void append_output(std::string& /*out*/) {}

    /// Appends a line to this peer alone: a notice of the server, whose sender is wire::server_name, or a private
    /// message.
    virtual void append_line(std::string& out, std::string_view sender, std::string_view text) = 0;

    /// Appends the last that the peer is sent, when everything else has gone out; `words` may be empty.
    virtual void append_goodbye(std::string& out, disconnect_reason why, std::string_view words);

    /// How the room's messages look in this protocol; null if they are the bytes of the log, `SENDER\nTEXT\n`.
    [[nodiscard]] virtual const message_format* format() const noexcept = 0;

  protected:
    protocol() = default;
    /// @cond
    protocol(const protocol&) = default;
    protocol& operator=(const protocol&) = default;
    /// @endcond
};

}  // namespace chatroom::wire
