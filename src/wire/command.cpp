// SPDX-License-Identifier: BSL-1.0
#include <chatroom/wire/command.hpp>
#include <chatroom/wire/text.hpp>

#include <algorithm>
#include <iterator>

namespace chatroom::wire {
namespace {

constexpr std::string_view white_space = " \t\r\n\v\f";

constexpr std::string_view methods[] = {"GET",     "HEAD",  "POST",  "PUT", "DELETE",
                                        "OPTIONS", "TRACE", "PATCH", "PRI", "CONNECT"};

constexpr bool is_letter(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

// A scheme of RFC 3986, section 3.1, with `://` behind it.
bool begins_with_scheme(std::string_view target) noexcept
{
    const auto scheme = target.substr(0, target.find("://"));
    return scheme.size() < target.size() && !scheme.empty() && is_letter(scheme.front()) &&
           std::ranges::all_of(
               scheme, [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
}

bool is_request_target(std::string_view target) noexcept
{
    return target.find_first_of(white_space) == target.npos &&
           (target == "*" || target.starts_with('/') || begins_with_scheme(target));
}

bool is_http_version(std::string_view text) noexcept
{
    return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' && is_digit(text[7]);
}

}  // namespace

command parse_line(std::string_view line, bool commands) noexcept
{
    if (is_quit(line)) {
        return {command::kind::quit, line};
    }
    const auto text = trimmed(line);
    if (!commands || !text.starts_with('/')) {
        return {command::kind::text, line};
    }
    return text.starts_with("//") ? command{command::kind::text, text.substr(1)} : command{command::kind::slash, text};
}

bool is_quit(std::string_view text) noexcept
{
    return trimmed(text) == "/quit";
}

bool is_heartbeat(std::string_view text) noexcept
{
    return trimmed(text) == "#ping#";
}

bool is_http_request(std::string_view line) noexcept
{
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    const auto method_end = line.find(' ');
    const auto target_end = line.rfind(' ');
    if (method_end == line.npos || method_end == target_end) {
        return false;
    }
    const auto target = line.substr(method_end + 1, target_end - method_end - 1);
    return std::ranges::find(methods, line.substr(0, method_end)) != std::end(methods) && is_request_target(target) &&
           is_http_version(line.substr(target_end + 1));
}

bool may_become_http_request(std::string_view begin) noexcept
{
    const auto method = begin.substr(0, begin.find(' '));
    const bool complete = method.size() < begin.size();
    return std::ranges::any_of(
        methods, [=](std::string_view known) { return complete ? known == method : known.starts_with(method); });
}

}  // namespace chatroom::wire
