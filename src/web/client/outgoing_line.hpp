// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
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
    constexpr std::string_view white_space = " \t";
    using kind = outgoing_line::kind;
    const auto begin = line.substr(std::min(line.size(), line.find_first_not_of(white_space)));
    if (begin.starts_with("//")) {
        return {kind::text, std::string{begin.substr(1)}, {}};
    }
    if (!begin.starts_with('/')) {
        return {kind::text, std::string{line}, {}};
    }
    const auto verb = begin.substr(0, begin.find_first_of(white_space));
    auto rest = begin.substr(verb.size());
    rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(white_space)));
    rest = rest.substr(0, rest.find_last_not_of(white_space) + 1);
    if (verb == "/join" && !rest.empty()) {
        return {kind::join, std::string{rest.substr(0, rest.find_first_of(white_space))}, {}};
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
