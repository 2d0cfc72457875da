// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace chatroom::detail {

/// What a member asks for.
enum class verb : std::uint8_t {
    help,
    name,
    who,
    rooms,
    join,
    leave,
    msg,
    me,
    topic,
    login,
    pass,
    quit,
    kick,
    mute,
    mutes,
    ban,
    unban,
    bans,
    announce
};

/// One command: what /help says of it, and how its line is read.
struct command_spec {
    verb what;
    std::string_view name;
    std::string_view alias;      ///< May be empty.
    std::string_view arguments;  ///< As /help shows them.
    std::string_view help;       ///< A line, without a full stop.
    std::size_t words;           ///< Arguments of one word each, at most two; the rest of the line is one more.
    std::size_t needed;          ///< How many arguments it must have.
    bool for_operators = false;
};

/// All commands, in the order of /help.
[[nodiscard]] std::span<const command_spec> all_commands() noexcept;

/// The command of that name or alias, without its slash, whatever its case; null if there is none. Any thread.
[[nodiscard]] const command_spec* find_command(std::string_view name) noexcept;

/// A line that begins with a slash, as views of it.
struct command_line {
    std::string_view name;                    ///< Without the slash.
    const command_spec* spec = nullptr;       ///< Null: there is no such command.
    std::array<std::string_view, 2> words{};  ///< Its one-word arguments; empty where there are fewer.
    std::string_view rest;                    ///< The rest of the line, without white space around it.
    bool complete = false;                    ///< It has all arguments that it needs.
};

/// Reads `line`, which begins with a slash. Any bytes are taken. Any thread.
[[nodiscard]] command_line parse_command(std::string_view line) noexcept;

/// Takes the first word off `rest`, and the white space around it.
[[nodiscard]] std::string_view take_word(std::string_view& rest) noexcept;

}  // namespace chatroom::detail
