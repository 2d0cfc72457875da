// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/received_message.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace client {

/// What a message from a server is.
enum class kind : std::uint8_t {
    message,          ///< Said to the room.
    action,           ///< `/me waves`.
    private_message,  ///< From one member to another.
    joined,
    left,
    renamed,
    topic,
    removed,
    notice,  ///< Other words of the server.
};

/// Whether it tells that somebody came, left or has another name: what happens beside the conversation.
[[nodiscard]] constexpr bool is_aside(kind what) noexcept
{
    return what == kind::joined || what == kind::left || what == kind::renamed;
}

/// The name of a kind in JSON: `message`, `action`, `private`, ...
[[nodiscard]] std::string_view to_word(kind what) noexcept;

/// A message from a server, taken apart (docs/wire.md). WHO is `<NAME>` or ADDRESS:PORT.
struct received {
    kind what = kind::message;
    std::string who;    ///< The speaker, or the member that an event is about. Empty for a notice.
    std::string other;  ///< The recipient of a private message, the new name, or the member who removed `who`.
    std::string text;   ///< What is said, without `/me `; the topic; why `who` was removed.
};

/// Takes a message apart. Only the sender `*` makes an event or a notice: no text of a member can.
[[nodiscard]] received classify(std::string_view sender, std::string_view text);

/// The same; where the wire tells what the message is, that counts, and not how its text looks.
[[nodiscard]] received classify(const chatroom::received_message& what);

/// Removes `begin` from the front of the text; false if the text does not begin so.
bool take(std::string_view& text, std::string_view begin) noexcept;

/// Removes `<NAME>` or ADDRESS:PORT from the front of a sentence of the server's; empty if it does not begin so.
std::string_view take_who(std::string_view& text);

/// NAME of `<NAME>`; empty if `who` is an address or nothing.
[[nodiscard]] std::string_view name_of(std::string_view who) noexcept;

/// `who` as a command takes it: NAME of `<NAME>`, or the address.
[[nodiscard]] std::string_view word_of(std::string_view who) noexcept;

}  // namespace client
