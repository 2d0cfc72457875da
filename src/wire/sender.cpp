// SPDX-License-Identifier: BSL-1.0
#include <chatroom/wire/sender.hpp>

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

}  // namespace

bool is_sender(std::string_view line) noexcept
{
    if (line == server_name) {
        return true;
    }
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

}  // namespace chatroom::wire
