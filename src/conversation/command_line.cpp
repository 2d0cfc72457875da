// SPDX-License-Identifier: BSL-1.0
#include "command_line.hpp"

#include <chatroom/wire/text.hpp>

#include <algorithm>

namespace chatroom::detail {
namespace {

constexpr command_spec command_table[] = {
    {verb::help, "help", "", "[COMMAND]", "what there is, or what COMMAND does", 1, 0},
    {verb::name, "name", "nick", "NAME [KEY]", "takes a name; with KEY it is yours again after a reconnect", 2, 1},
    {verb::who, "who", "", "[ROOM] [#ID]", "who is in the room; from #ID on", 2, 0},
    {verb::rooms, "rooms", "", "[FROM]", "which rooms there are, and how many are in each; from FROM on", 1, 0},
    {verb::join, "join", "", "ROOM", "goes to another room", 1, 1},
    {verb::leave, "leave", "", "", "goes back to the first room", 0, 0},
    {verb::msg, "msg", "", "WHO TEXT", "tells WHO alone: a name, an address or #ID", 1, 2},
    {verb::me, "me", "", "TEXT", "says what you do", 0, 1},
    {verb::topic, "topic", "", "[TEXT]", "what the room is about, or sets it", 0, 0},
    {verb::login, "login", "", "NAME PASSWORD", "makes you an operator", 1, 2},
    {verb::pass, "pass", "", "WORD", "opens a server that has a password", 0, 1},
    {verb::quit, "quit", "", "", "leaves", 0, 0},
    {verb::kick, "kick", "", "WHO [WHY]", "disconnects WHO", 1, 1, true},
    {verb::mute, "mute", "", "WHO|ADDRESS|NETWORK [TIME]", "passes on nothing of WHO for 10m, or for TIME; 0 ends that",
     2, 1, true},
    {verb::mutes, "mutes", "", "[FROM]", "who is muted; from the FROM-th on", 1, 0, true},
    {verb::ban, "ban", "", "WHO|ADDRESS|NETWORK [TIME] [WHY]", "lets nobody in by that name or from there", 1, 1, true},
    {verb::unban, "unban", "", "NAME|ADDRESS|NETWORK", "takes a ban back", 1, 1, true},
    {verb::bans, "bans", "", "[FROM]", "which bans there are; from the FROM-th on", 1, 0, true},
    {verb::announce, "announce", "", "TEXT", "tells all rooms", 0, 1, true},
};

constexpr char lowered(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::span<const command_spec> all_commands() noexcept
{
    return command_table;
}

const command_spec* find_command(std::string_view name) noexcept
{
    const auto is_it = [name](std::string_view known) {
        return !known.empty() && std::ranges::equal(name, known, {}, lowered);
    };
    const auto* const found =
        std::ranges::find_if(command_table, [&](const auto& one) { return is_it(one.name) || is_it(one.alias); });
    return found == std::end(command_table) ? nullptr : found;
}

std::string_view take_word(std::string_view& rest) noexcept
{
    rest = wire::trimmed(rest);
    const auto word = wire::first_word(rest);
    rest = wire::trimmed(rest.substr(word.size()));
    return word;
}

command_line parse_command(std::string_view line) noexcept
{
    command_line made;
    line.remove_prefix(1);
    made.name = wire::first_word(line);
    made.rest = wire::trimmed(line.substr(made.name.size()));
    made.spec = find_command(made.name);
    if (made.spec == nullptr) {
        return made;
    }
    std::size_t arguments = 0;
    for (std::size_t i = 0; i < made.spec->words; ++i) {
        made.words[i] = take_word(made.rest);
        arguments += made.words[i].empty() ? 0U : 1U;
    }
    arguments += made.rest.empty() ? 0U : 1U;
    made.complete = arguments >= made.spec->needed;
    return made;
}

}  // namespace chatroom::detail
