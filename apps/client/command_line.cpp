// SPDX-License-Identifier: BSL-1.0
#include "command_line.hpp"

#include <chatroom/wire/text.hpp>

#include <boost/algorithm/string/case_conv.hpp>

#include <locale>

namespace client {

command_line parse_command(std::string_view line)
{
    line = chatroom::wire::trimmed(line);
    if (!line.starts_with('/') || line.starts_with("//")) {
        return {};
    }
    const auto verb = chatroom::wire::first_word(line);
    return {boost::algorithm::to_lower_copy(std::string{verb}, std::locale::classic()),
            std::string{chatroom::wire::trimmed(line.substr(verb.size()))}};
}

bool is_one_word(std::string_view text)
{
    return chatroom::wire::first_word(text).size() == text.size();
}

bool is_command(std::string_view line)
{
    return !parse_command(line).verb.empty();
}

bool has_password(std::string_view line)
{
    const auto verb = parse_command(line).verb;
    return verb == "/login" || verb == "/pass";
}

std::string without_secrets(std::string_view line)
{
    const auto command = parse_command(line);
    const bool has_key = (command.verb == "/name" || command.verb == "/nick") && !is_one_word(command.rest);
    return has_password(line) || has_key ? command.verb + " ..." : std::string{line};
}

}  // namespace client
