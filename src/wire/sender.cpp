// SPDX-License-Identifier: BSL-1.0
#include <chatroom/wire/sender.hpp>

#include <chatroom/wire/text.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace chatroom::wire {
namespace {

bool is_port(std::string_view text) noexcept
{
    unsigned value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    return ec == std::errc{} && end == text.data() + text.size() && text.size() <= 5 && value <= 65535;
}

bool is_address(int family, std::string_view text) noexcept
{
    char name[INET6_ADDRSTRLEN] = {};
    if (text.size() >= sizeof name) {
        return false;
    }
    text.copy(name, text.size());
    unsigned char address[16];
    return ::inet_pton(family, name, address) == 1;
}

// The interface of a link-local address, by name or number (RFC 4007, section 11).
bool is_zone(std::string_view text) noexcept
{
    constexpr std::size_t longest = 15;  // IF_NAMESIZE - 1
    return !text.empty() && text.size() <= longest &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_name(std::string_view text) noexcept
{
    constexpr std::size_t longest = 128 + 2;  // member::rename()
    return text.size() > 2 && text.size() <= longest && text.front() == '<' &&
           text.find_first_of("<>", 1) == text.size() - 1 && text.find('\n') == text.npos && is_clean(text);
}

bool is_endpoint(std::string_view line) noexcept
{
    const auto colon = line.rfind(':');
    if (colon == line.npos || !is_port(line.substr(colon + 1))) {
        return false;
    }
    auto address = line.substr(0, colon);
    if (!address.starts_with('[')) {
        return is_address(AF_INET, address);
    }
    if (!address.ends_with(']')) {
        return false;
    }
    address = address.substr(1, address.size() - 2);
    const auto zone = address.find('%');
    return is_address(AF_INET6, address.substr(0, zone)) && (zone == address.npos || is_zone(address.substr(zone + 1)));
}

}  // namespace

bool is_sender(std::string_view line) noexcept
{
    const auto is_one = [](std::string_view text) { return is_name(text) || is_endpoint(text); };
    if (line == server_name || is_one(line)) {
        return true;
    }
    const auto arrow = line.find(" -> ");
    return arrow != line.npos && is_one(line.substr(0, arrow)) && is_one(line.substr(arrow + 4));
}

}  // namespace chatroom::wire
