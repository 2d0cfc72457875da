// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace client {

/// A line that begins with `/`, in its parts; each is empty if it is none.
struct command_line {
    std::string verb;  ///< With its slash, in lower case: the server takes its commands in any case.
    std::string rest;  ///< Without white space around it.
};

/// White space before the slash is ignored; `//x` is no command but says `/x`.
[[nodiscard]] command_line parse_command(std::string_view line);

[[nodiscard]] bool is_command(std::string_view line);

/// Whether there is no white space in it. Empty, it is.
[[nodiscard]] bool is_one_word(std::string_view text);

/// Whether it holds a password: `/login` and `/pass`.
[[nodiscard]] bool has_password(std::string_view line);

/// The line as it may be shown or kept: of one with a password, or a key behind a name, no more than the command.
[[nodiscard]] std::string without_secrets(std::string_view line);

/// A command of the client's own, which a person types.
struct local_command {
    std::string_view usage;
    std::string_view help;
};

inline constexpr std::array local_commands{
    local_command{"/help [COMMAND]", "these commands, and those of the server"},
    local_command{"/r TEXT", "answers the last private message"},
    local_command{"/ignore [NAME]", "hides what NAME (or ADDRESS:PORT) says; without, who is hidden"},
    local_command{"/unignore NAME", "shows it again"},
    local_command{"/stop", "says nothing of what waits to be said"},
    local_command{"/quit", "leaves"},
};

}  // namespace client
