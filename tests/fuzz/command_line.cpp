// SPDX-License-Identifier: BSL-1.0
#include <ban_list.hpp>
#include <command_line.hpp>
#include <duration.hpp>
#include <name.hpp>
#include <sentences.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace chatroom::detail;

void require(bool holds)
{
    if (!holds) {
        std::abort();
    }
}

bool is_part(std::string_view of, std::string_view part)
{
    return part.empty() || (part.data() >= of.data() && part.data() + part.size() <= of.data() + of.size());
}

// Any bytes behind a slash are read as views of the line, in its order; a name that is accepted is accepted again, with
// the same keys, and has nothing in it that a sender line has around it; a subject of a ban is read again from what is
// written of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto line = '/' + std::string{reinterpret_cast<const char*>(data), size};
    const auto parsed = parse_command(line);
    require(is_part(line, parsed.name) && is_part(line, parsed.rest));
    std::size_t arguments = parsed.rest.empty() ? 0 : 1;
    for (const auto word : parsed.words) {
        require(is_part(line, word) && word.find_first_of(" \t\n") == word.npos);
        arguments += word.empty() ? 0 : 1;
    }
    require(parsed.spec == find_command(parsed.name));
    if (parsed.spec == nullptr) {
        require(!sentences::no_such_command(parsed.name).empty());
        require(sentences::no_such_command(parsed.name).size() < 400);
    } else {
        require(parsed.complete == (arguments >= parsed.spec->needed));
    }

    const std::string_view text{line.data() + 1, size};
    const auto checked = check_name(text);
    if (const auto* const name = std::get_if<valid_name>(&checked)) {
        require(name->text.size() <= 128 && name->text.find_first_of("<>@#*/:, \n") == std::string::npos);
        const auto again = check_name(name->text);
        require(std::get<valid_name>(again).text == name->text && std::get<valid_name>(again).keys == name->keys);
    } else {
        require(!sentences::wrong_name(std::get<name_error>(checked), text).empty());
    }
    const auto subject = ban_list::parse_subject(text);
    if (subject.index() == 0) {
        const ban made{std::get<0>(subject), ban::time_point::max(), {}, {}};
        const auto again = ban_list::parse_subject(made.subject());
        require(again.index() == 0 && ban{std::get<0>(again), {}, {}, {}}.subject() == made.subject());
    }
    if (const auto duration = parse_duration(text)) {
        require(parse_duration(to_string(*duration)) == duration);
    }
    return 0;
}
