// SPDX-License-Identifier: BSL-1.0
#include "given.hpp"

#include <algorithm>
#include <utility>

namespace server {

namespace {

// A value may hold anything, also what would move a terminal's cursor.
std::string without_controls(std::string text)
{
    std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
    return text;
}

// A hash that stands where none is expected is a secret all the same.
std::string without_hashes(std::string text)
{
    for (auto begin = text.find("$argon2"); begin != text.npos; begin = text.find("$argon2", begin)) {
        const auto end = std::min(text.find_first_of(" \t", begin), text.size());
        text.replace(begin, end - begin, "***");
    }
    return text;
}

}  // namespace

std::string to_string(const given& one)
{
    return one.file.empty() ? "--" + one.name + ' ' + one.value
                            : one.file + ':' + std::to_string(one.line) + ": " + one.name + " = " + one.value;
}

option_error::option_error(int code, std::string text)
    : std::runtime_error{without_hashes(without_controls(std::move(text)))},
      code_{code}
{
}

option_error::option_error(const given& wrong, const std::string& rule)
    : option_error{wrong.file.empty() ? 2 : 1,
                   to_string(wrong) + ": " + rule + (wrong.file.empty() ? "; see chatroom-server --help" : "")}
{
}

}  // namespace server
