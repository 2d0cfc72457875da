// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <string>
#include <string_view>

namespace chatroom::wire {

/// Whether `text` may reach another member as it is: UTF-8 without C0 and C1 controls (tab may stay), DEL, U+061C,
/// U+202A to 202E, U+2066 to 2069, U+2028 and U+2029. Any thread.
[[nodiscard]] CHATROOM_EXPORT bool is_clean(std::string_view text) noexcept;

/// Appends `text` to `out`, cleaned: what is_clean forbids is left out, and invalid UTF-8 becomes U+FFFD. Carriage
/// returns between other characters become one space, so that they glue no words together. Code points are filtered,
/// not bytes, since C1 overlaps UTF-8's continuation bytes. Any thread.
CHATROOM_EXPORT void append_clean(std::string& out, std::string_view text);

/// Whether the clean `text` is nothing but white space (Unicode's White_Space), or empty. Any thread.
[[nodiscard]] CHATROOM_EXPORT bool is_blank(std::string_view text) noexcept;

/// `text` without the white space at its ends: Unicode's White_Space, and controls that are. It need not be clean. Any
/// thread.
[[nodiscard]] CHATROOM_EXPORT std::string_view trimmed(std::string_view text) noexcept;

/// What stands before the first white space in `text`. It need not be clean. Any thread.
[[nodiscard]] CHATROOM_EXPORT std::string_view first_word(std::string_view text) noexcept;

/// The length in bytes of the longest prefix of `text` whose cleaned form does not depend on what follows: it ends
/// neither inside a code point that more bytes might complete nor with a carriage return. What is left is at most 4
/// bytes. Any thread.
[[nodiscard]] CHATROOM_EXPORT std::size_t complete_prefix(std::string_view text) noexcept;

/// The length of the longest prefix of the valid UTF-8 `text` that is at most `limit` bytes and cuts no code point.
[[nodiscard]] CHATROOM_EXPORT std::size_t prefix_within(std::string_view text, std::size_t limit) noexcept;

}  // namespace chatroom::wire
