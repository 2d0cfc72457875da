// SPDX-License-Identifier: BSL-1.0
#include "command_line.hpp"

#include <boost/algorithm/string/case_conv.hpp>

#include <locale>

namespace client {

command_line parse_command(std::string_view line)
{
    const auto begin = line.find_first_not_of(white_space);
    if (begin == line.npos || line[begin] != '/' || line.substr(begin).starts_with("//")) {
        return {};
    }
    line.remove_prefix(begin);
    line = line.substr(0, line.find_last_not_of(white_space) + 1);
    const auto end = line.find_first_of(white_space);
    const auto rest = end == line.npos ? end : line.find_first_not_of(white_space, end);
    return {boost::algorithm::to_lower_copy(std::string{line.substr(0, end)}, std::locale::classic()),
            rest == line.npos ? std::string{} : std::string{line.substr(rest)}};
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
    const bool has_key = (command.verb == "/name" || command.verb == "/nick") &&
                         command.rest.find_first_of(white_space) != command.rest.npos;
    return has_password(line) || has_key ? command.verb + " ..." : std::string{line};
}

}  // namespace client
