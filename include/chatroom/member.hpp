// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>
#include <chatroom/message.hpp>

#include <any>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace chatroom {

namespace detail {
class member_state;
}  // namespace detail

class room;

/// How a member is connected.
enum class transport : std::uint8_t {
    tcp,        ///< A connection to a tcp_room.
    udp,        ///< Heartbeats to a udp_room.
    websocket,  ///< A connection to a tcp_room whose protocol has requests, as chatroom::web's.
};

/// The name of `which`: tcp, udp or websocket. Any thread.
[[nodiscard]] CHATROOM_EXPORT std::string_view to_string(transport which) noexcept;

/// A handle to a member of a room. Copies are handles to the same member. It may outlive the member: then every call
/// that concerns the connection returns error::not_a_member. Any thread may call anything, but for a default-made one,
/// which is nobody and can be tested and assigned only.
///
/// What a call asks for is done on the member's strand, after it has returned, in the order of the calls.
class CHATROOM_EXPORT member {
  public:
    /// Nobody.
    member() noexcept = default;
    /// @cond
    explicit member(std::shared_ptr<detail::member_state> state) noexcept : state_{std::move(state)} {}
    /// @endcond

    /// Whether it is a handle to anybody.
    explicit operator bool() const noexcept { return state_ != nullptr; }

    /// What message::member of its messages is.
    [[nodiscard]] member_id id() const noexcept;

    /// How it is connected.
    [[nodiscard]] chatroom::transport transport() const noexcept;

    /// Whether nobody on the way can read along: its stream is TLS, up to a proxy if there is one.
    [[nodiscard]] bool is_encrypted() const noexcept;

    /// ADDRESS:PORT.
    [[nodiscard]] const std::string& address() const noexcept;

    /// The name that rename() gave it, or empty. Throws std::bad_alloc.
    [[nodiscard]] std::string name() const;

    /// The sender of its messages: `<NAME>`, or its address if it has no name. Throws std::bad_alloc.
    [[nodiscard]] std::string sender() const;

    /// Sends this member alone a line, with the sender `*`. Errors: not_a_member, would_block (64 KiB wait for it
    /// already), empty_text, text_too_long (64 KiB), contains_newline, not_enough_memory; then it gets nothing. A line
    /// to a member that leaves before its turn is lost.
    error_code send(std::string_view text) const;

    /// The same with another sender, for a private message: see wire::is_sender; invalid_sender if it is none.
    error_code send(std::string_view sender, std::string_view text) const;

    /// Disconnects it gracefully: it gets what was published before (over UDP, what the socket takes at once), and
    /// `last_words` with the sender `*` (over UDP, what fits a datagram). The reason is
    /// disconnect_reason::removed. Errors: not_a_member, not_enough_memory.
    error_code disconnect(std::string_view last_words = {}) const;

    /// Gives it a name: the sender of its messages is `<NAME>` in place of its address; an empty name takes that back.
    /// The name is yours to check: here it must have no line break, no control character and none of `<` and `>`, and
    /// be at most 128 bytes. Errors: not_a_member, invalid_sender, not_enough_memory; then it has the name it had.
    error_code rename(std::string_view name) const;

    /// Passes on none of its messages for so long; 0 lifts that. It is told with its next message. Errors:
    /// not_a_member, not_enough_memory.
    error_code mute(std::chrono::milliseconds duration) const;

    /// Joins another room. Over TCP it is in both then, and what it says goes to the new one; over UDP it is in one
    /// room, and leaves the old one. In a room that it is in already, nothing changes: where it speaks neither. Errors:
    /// not_a_member, closed, not_enough_memory.
    error_code join(const room& other) const;

    /// Leaves a room that it is in; from the last one it is disconnected. Errors: not_a_member, not_enough_memory.
    error_code leave(const room& other) const;

    /// Keeps a value of the program's with the member, in place of the last one. Throws std::bad_alloc.
    void set_data(std::any data) const;

    /// A copy of what set_data() was given last. Throws std::bad_alloc, and what that copy throws.
    [[nodiscard]] std::any data() const;

    /// Whether they are handles to the same member.
    friend bool operator==(const member&, const member&) noexcept = default;

  private:
    std::shared_ptr<detail::member_state> state_;
};

}  // namespace chatroom
