// SPDX-License-Identifier: BSL-1.0
#include "config_file.hpp"

#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>

namespace server {
namespace {

std::string trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\v\f";
    const auto first = text.find_first_not_of(blanks);
    return first == text.npos ? std::string{}
                              : std::string{text.substr(first, text.find_last_not_of(blanks) + 1 - first)};
}

void require(bool readable, const std::string& path)
{
    if (!readable) {
        throw option_error{1, path + ": can't read it: " + std::generic_category().message(errno)};
    }
}

}  // namespace

std::vector<given> read_config_file(const std::string& path)
{
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    std::ifstream in{path};
    require(in.is_open(), path);
    std::vector<given> values;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (number == 1 && line.starts_with(byte_order_mark)) {
            line.erase(0, byte_order_mark.size());
        }
        const auto text = trimmed(std::string_view{line}.substr(0, line.find('#')));
        if (text.empty()) {
            continue;
        }
        const auto equals = text.find('=');
        if (equals == text.npos) {
            auto where = path;
            where.append(":").append(std::to_string(number)).append(": ").append(text);
            throw option_error{1, where.append(": write NAME = VALUE")};
        }
        values.push_back({trimmed(text.substr(0, equals)), trimmed(text.substr(equals + 1)), path, number});
    }
    require(!in.bad(), path);  // a folder opens, and can't be read
    return values;
}

}  // namespace server
