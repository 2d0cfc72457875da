// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <variant>

namespace chatroom::detail {

/// Why a text can be no name of a person or a room.
enum class name_error {
    empty,
    too_long,         ///< More than 32 code points.
    bad_character,    ///< Something that is no letter, digit, mark or one of -_.'
    no_letter,        ///< So too an address.
    misplaced_marks,  ///< A mark with no letter before it, or more than two on one.
    mixed_scripts,    ///< Letters of several scripts, or digits of several systems.
    reserved,         ///< A word that stands for the server.
};

/// A name that keeps the rules of docs/conversation.md, in NFC, with the keys that no two names may share: the skeleton
/// (UTS 39) of its folded form, and the folded form of its skeleton. So names that differ only in case, or look alike,
/// collide.
struct valid_name {
    std::string text;
    std::array<std::string, 2> keys;
};

/// Checks a name; invalid UTF-8 is a bad character. Any thread.
[[nodiscard]] std::variant<valid_name, name_error> check_name(std::string_view text);

}  // namespace chatroom::detail
