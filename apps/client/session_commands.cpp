// SPDX-License-Identifier: BSL-1.0
// The client's own commands, which a person types.
#include "command_line.hpp"
#include "diagnostics.hpp"
#include "session.hpp"

namespace client {

// Does what a line asks of the client. Returns whether that is all; else the line, changed or not, is to be said.
bool session::obey(std::string& line)
{
    const auto [verb, rest] = parse_command(line);
    if (verb == "/help") {
        help(rest, line);
        return line.empty();
    }
    if (verb == "/r") {
        const auto reply = contacts_.reply(rest);
        if (!reply || rest.empty()) {
            frontend_.tell(reply ? "usage: /r TEXT" : "nobody has sent you a private message yet");
            return true;
        }
        line = *reply;
        return false;
    }
    if (verb == "/ignore") {
        ignore(rest);
    } else if (verb == "/unignore") {
        if (rest.empty()) {
            frontend_.tell("usage: /unignore NAME");
        } else {
            frontend_.tell(contacts_.unignore(rest) ? "shown again: " + rest : "not ignored: " + rest);
        }
    } else if (verb == "/stop") {
        drop_waiting();
    } else {
        return false;
    }
    return true;
}

// The server is asked for its own where it has commands, and would else say the line to everybody.
void session::help(const std::string& about, std::string& line)
{
    const auto wanted = about.starts_with('/') ? about : '/' + about;
    bool is_own = false;
    for (const auto& [usage, words] : local_commands) {
        is_own = is_own || usage.substr(0, usage.find(' ')) == wanted;
        if (about.empty() || usage.substr(0, usage.find(' ')) == wanted) {
            frontend_.tell(std::string{usage} + ": " + std::string{words});
        }
    }
    if (is_own) {
        line.clear();
    } else if (!identity_.may_have_commands()) {
        frontend_.tell(
            "it is not known whether this server has commands too; /name NAME shows that, or is said to all");
        line.clear();
    }
}

void session::ignore(const std::string& word)
{
    if (!is_one_word(word)) {
        frontend_.tell("usage: /ignore NAME");
        return;
    }
    if (!word.empty()) {
        contacts_.ignore(word);
        frontend_.tell("ignored: " + word);
        return;
    }
    std::string all;
    for (const auto& [key, as_written] : contacts_.ignored()) {
        all.append(all.empty() ? "" : ", ").append(as_written);
    }
    frontend_.tell(all.empty() ? "nobody is ignored" : "ignored: " + all);
}

void session::drop_waiting(std::size_t lines)
{
    ++drops_;
    const auto dropped = lines + (collecting_line_ ? 1 : 0) + outbox_.drop_waiting();
    frontend_.tell(dropped == 0 ? "nothing waits to be said" : messages(dropped) + " not said");
    taken_.notify();
    work_.notify();
    update();
}

}  // namespace client
