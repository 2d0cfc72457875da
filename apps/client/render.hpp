// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace client {

/// A message as it is shown.
struct message {
    std::chrono::system_clock::time_point at;
    std::string sender;
    std::string text;
    bool own = false;
};

/// How messages look.
struct style {
    bool json = false;    ///< One object a line; nothing else below applies.
    bool colour = false;  ///< With escape sequences of our own.
    bool times = false;   ///< HH:MM, local, in the margin.
    bool you = false;     ///< One's own messages are by `you`.
};

/// The message as a line, its newline included. Nothing of the sender or the text gets through that wire/text.hpp does
/// not call clean, wherever they come from.
[[nodiscard]] std::string render(const message& what, const style& how);

/// What the client itself has to say, as a line on a terminal.
[[nodiscard]] std::string render_notice(std::string_view text, bool colour);

}  // namespace client
