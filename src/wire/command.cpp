// SPDX-License-Identifier: BSL-1.0
#include <chatroom/wire/command.hpp>

#include <algorithm>

namespace chatroom::wire {
namespace {

constexpr std::string_view white_space = " \t\r\n\v\f";

std::string_view trimmed(std::string_view text) noexcept
{
    const auto first = text.find_first_not_of(white_space);
    return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

}  // namespace

bool is_quit(std::string_view text) noexcept
{
    return trimmed(text) == "/quit";
}

bool is_heartbeat(std::string_view text) noexcept
{
    return trimmed(text) == "#ping#";
}

bool is_http(std::string_view line) noexcept
{
    if (line.starts_with("Host:")) {
        return true;
    }
    const auto method = std::min(line.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), line.size());
    if (method == 0 || method == line.size() || line[method] != ' ') {
        return false;
    }
    const auto target = line.substr(method + 1);
    const auto end = target.find_first_of(white_space);
    constexpr std::string_view version = " HTTP/";
    return end != 0 && end != target.npos && target.substr(end).starts_with(version) &&
           end + version.size() < target.size() && target[end + version.size()] >= '0' &&
           target[end + version.size()] <= '9';
}

}  // namespace chatroom::wire
