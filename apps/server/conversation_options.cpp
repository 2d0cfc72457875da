// SPDX-License-Identifier: BSL-1.0
#include "conversation_options.hpp"

#include "option_kinds.hpp"
#include "rooms.hpp"

#include <chatroom/wire/text.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

namespace server {
namespace {

using words = std::vector<std::string>;

constexpr std::size_t longest_welcome = 4096;

// Where the server has no conversations, a value is an error, and there is nothing to be in force.
option_group of_conversation(option_group group)
{
    if (!missing_packages().empty()) {
        for (auto& one : group.members) {
            const auto rule = "this server was built without " + std::string{missing_packages()} + ", which that needs";
            one.set = [rule](options&, const given& value) {
                const bool asks_for_none = value.name == "commands" && value.value == "off";
                if (value.value != automatic && !asks_for_none) {
                    throw std::invalid_argument(rule);
                }
            };
            one.values = [](const options&) -> words { return {std::string{automatic}}; };
        }
    }
    return group;
}

bool is_welcome_line(const std::string& text)
{
    return chatroom::wire::is_clean(text) && !chatroom::wire::is_blank(text);
}

// The lines of a text or a file. Throws std::invalid_argument.
words lines_of(const std::string& value, const std::string& rule)
{
    if (!value.starts_with('/') && !value.starts_with("./")) {
        if (!is_welcome_line(value)) {
            throw std::invalid_argument(rule);
        }
        return {value};
    }
    words lines;
    std::ifstream in{value};
    for (std::string line; std::getline(in, line);) {
        std::string clean;
        chatroom::wire::append_clean(clean, line);
        if (is_welcome_line(clean)) {
            lines.push_back(clean);
        }
    }
    if (!in.eof() || in.bad()) {
        throw std::invalid_argument("can't read it: " + std::generic_category().message(errno));
    }
    return lines;
}

option welcome()
{
    const std::string rule = "auto, a line of text, or a file as /PATH or ./PATH";
    return {.name = "welcome",
            .placeholder = "TEXT",
            .help = "a line, or a file of lines as /PATH or ./PATH, that each member is told when it comes; may be "
                    "given several times; auto is none",
            .rule = rule,
            .is_list = true,
            .set =
                [rule](options& o, const given& one) {
                    auto& told = o.talk.welcome;
                    if (one.value == automatic) {
                        o.welcome.clear();
                        return told.clear();
                    }
                    std::ranges::copy(lines_of(one.value, rule), std::back_inserter(told));
                    o.welcome.push_back(one.value);
                    std::size_t bytes = 0;
                    for (const auto& line : told) {
                        bytes += line.size();
                    }
                    if (bytes > longest_welcome) {
                        throw std::invalid_argument("at most 4096 bytes in all");
                    }
                },
            .values = [](const options& o) { return o.welcome.empty() ? words{std::string{automatic}} : o.welcome; }};
}

option operators()
{
    const std::string rule = "auto, or NAME:HASH with a hash that chatroom-server --hash-password made";
    return {.name = "operator",
            .placeholder = "NAME:HASH",
            .help = "who can /login as an operator, by the password of that hash; may be given several times; auto is "
                    "nobody",
            .rule = rule,
            .is_list = true,
            .is_secret = true,
            .set =
                [rule](options& o, const given& one) {
                    if (one.value == automatic) {
                        return o.talk.operators.clear();
                    }
                    const auto colon = one.value.find(':');
                    const auto hash = colon == one.value.npos ? std::string{} : one.value.substr(colon + 1);
                    if (!is_name(one.value.substr(0, colon)) || !is_password_hash(hash)) {
                        throw std::invalid_argument(rule);
                    }
                    o.talk.operators.push_back({one.value.substr(0, colon), hash});
                },
            .values =
                [](const options& o) {
                    words all;
                    for (const auto& one : o.talk.operators) {
                        all.push_back(one.name + ":***");
                    }
                    return all.empty() ? words{std::string{automatic}} : all;
                }};
}

option password()
{
    const std::string rule = "auto, or a hash that chatroom-server --hash-password made";
    auto made = single(
        "password", "HASH", "the hash of a password that members have to give, by /pass; auto is none", rule,
        [rule](options& o, const std::string& hash) {
            if (!hash.empty() && !is_password_hash(hash)) {
                throw std::invalid_argument(rule);
            }
            o.talk.password_hash = hash;
        },
        [](const options& o) { return std::string{o.talk.password_hash.empty() ? "" : "***"}; });
    made.is_secret = true;
    return made;
}

// Of the directories that systemd keeps for the service, the first.
std::string file_in_state_directory()
{
    const char* const all = std::getenv("STATE_DIRECTORY");
    const std::string first = all == nullptr ? "" : std::string{all}.substr(0, std::string{all}.find(':'));
    return first.empty() ? first : first + "/bans";
}

}  // namespace

option_group room_group()
{
    return of_conversation(
        {"Names, rooms and commands",
         {one_of(
              "commands", "WORD",
              "on or off: whether lines that begin with / are commands, and members have names; off: /quit alone",
              "on or off", {"on", "off"}, [](options& o, const std::string& word) { o.talk.commands = word == "on"; },
              [](const options& o) { return o.talk.commands ? "on" : "off"; }),
          texts("room", "NAME",
                "a room that is always there; may be given several times; everybody starts in the first; auto: lobby",
                "auto, or a name: 1 to 32 letters, digits and -_.' of one script, with a letter among them", is_name,
                [](auto& o) -> auto& { return o.rooms; }),
          one_of(
              "rooms", "WORD", "any or listed: whether members may make other rooms than those, by /join",
              "any or listed", {"any", "listed"},
              [](options& o, const std::string& word) { o.talk.any_room = word == "any"; },
              [](const options& o) { return o.talk.any_room ? "any" : "listed"; }),
          number("max-rooms", whole_number, {.min = 1}, "rooms at once",
                 [](auto& o) -> auto& { return o.talk.max_rooms; }),
          welcome(),
          number("announce-limit", whole_number, {},
                 "members of a room above which it hears of no joins, leaves and new names",
                 [](auto& o) -> auto& { return o.talk.announce_limit; })}});
}

option_group access_group()
{
    return of_conversation(
        {"Who may come in, and who rules",
         {password(),
          networks("allow", "networks from which members come; may be given several times; auto is all",
                   [](auto& o) -> auto& { return o.talk.allow; }),
          networks("deny", "networks from which none come, even if allowed; may be given several times; auto is none",
                   [](auto& o) -> auto& { return o.talk.deny; }),
          operators(),
          one_of(
              "plain-login", "WORD",
              "on or off: whether operators may /login from other machines, where others may read along", "on or off",
              {"on", "off"}, [](options& o, const std::string& word) { o.talk.plain_login = word == "on"; },
              [](const options& o) { return o.talk.plain_login ? "on" : "off"; }),
          single(
              "bans", "FILE",
              "the file that keeps the bans; auto: bans in the directory that systemd keeps for the service, else none",
              "auto, or a file", [](options& o, const std::string& file) { o.bans = file; },
              [](const options& o) { return o.bans; })}});
}

void check_conversation(const std::vector<given>& values, const options& o)
{
    if (o.talk.commands || (o.talk.password_hash.empty() && o.talk.operators.empty())) {
        return;
    }
    const auto blamed = std::find_if(values.rbegin(), values.rend(), [&](const given& one) {
        return one.name == "commands" || (one.name == "password" && !o.talk.password_hash.empty()) ||
               (one.name == "operator" && !o.talk.operators.empty());
    });
    throw option_error{without_secret(*blamed), blamed->name == "commands"
                                                    ? "there is a password or an operator, which need commands"
                                                    : "commands are off, and there is no other way to give a password"};
}

void complete_conversation(options& o)
{
    if (!o.rooms.empty()) {
        o.talk.rooms = o.rooms;
    }
    o.talk.bans_file = o.bans.empty() ? file_in_state_directory() : o.bans;
}

}  // namespace server
