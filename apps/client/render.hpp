// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "received.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace client {

/// A message as it is shown.
struct message {
    std::chrono::system_clock::time_point at;
    std::string sender;
    std::string text;
    bool own = false;
    received means;              ///< What it is.
    std::string room = {};       ///< Where it was received, if that is known.
    bool to_me = false;          ///< A private message to us.
    std::string mentioned = {};  ///< Our name, if the text has it.
    bool hidden = false;         ///< Not to be shown.
    bool history = false;        ///< From before we came.
    bool expected = false;       ///< The server grants what the client asked for by itself.
};

/// How messages look.
struct style {
    bool json = false;        ///< One object a line; nothing else below applies.
    bool colour = false;      ///< With escape sequences of our own.
    bool times = false;       ///< HH:MM, local, in the margin.
    bool you = false;         ///< One's own messages are by `you`; `/me waves` is an action.
    std::size_t columns = 0;  ///< That long texts are wrapped at, indented under the text; 0: they are not.
};

/// The message as a line, its newline included. Nothing of the sender or the text gets through that wire/text.hpp does
/// not call clean, wherever they come from.
[[nodiscard]] std::string render(const message& what, const style& how);

/// What the client itself has to say, as a line on a terminal; wrapped at so many columns, if not 0.
[[nodiscard]] std::string render_notice(std::string_view text, bool colour, std::size_t columns);

}  // namespace client
