// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/wire/text.hpp>

#include <string>
#include <string_view>

namespace chatroom::detail {

/// A line that waits for its turn, or for its answer.
struct outgoing_line {
    enum class kind : unsigned char {
        text,
        command,   ///< That the server executes.
        join,      ///< `/join ROOM`, and `/leave`, which goes to the lobby.
        password,  ///< `/pass WORD`
        quit,
    };

    kind what = kind::text;
    std::string text;           ///< To be said; the whole line of a command; the room; the word.
    std::string id;             ///< Of ours, for the server.
    bool wants_answer = false;  ///< receive() is to tell it.
};

/// A clean line as it was given to send().
[[nodiscard]] inline outgoing_line to_outgoing(std::string_view line)
{
    using kind = outgoing_line::kind;
    const auto begin = wire::trimmed(line);
    if (begin.starts_with("//")) {
        return {kind::text, std::string{begin.substr(1)}, {}};
    }
    if (!begin.starts_with('/')) {
        return {kind::text, std::string{line}, {}};
    }
    const auto verb = wire::first_word(begin);
    const auto rest = wire::trimmed(begin.substr(verb.size()));
    if (verb == "/join" && !rest.empty()) {
        return {kind::join, std::string{wire::first_word(rest)}, {}};
    }
    if (verb == "/leave" && rest.empty()) {
        return {kind::join, "lobby", {}};
    }
    if (verb == "/pass" && !rest.empty()) {
        return {kind::password, std::string{rest}, {}};
    }
    if (verb == "/quit" && rest.empty()) {
        return {kind::quit, {}, {}};
    }
    return {kind::command, std::string{begin}, {}};
}

}  // namespace chatroom::detail
