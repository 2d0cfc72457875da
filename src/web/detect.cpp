// SPDX-License-Identifier: BSL-1.0
#include "detect.hpp"

#include <chatroom/wire/command.hpp>

#include <algorithm>

namespace chatroom::detail {
namespace {

using namespace std::string_view_literals;

constexpr auto handshake_record = "\x16\x03"sv;  // of SSL 3 or later

bool is_ascii(std::string_view text) noexcept
{
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

detected detect(std::string_view first) noexcept
{
    if (first.starts_with(handshake_record)) {
        return detected::tls;
    }
    if (handshake_record.starts_with(first)) {
        return detected::need_more;
    }
    first = first.substr(0, max_detect);
    const auto line = first.substr(0, first.find('\n'));
    if (!is_ascii(line)) {  // a telnet command, a byte order mark, a word in another script
        return detected::text;
    }
    if (line.size() < first.size()) {
        return wire::is_http_request(line) ? detected::http : detected::text;
    }
    return line.size() < max_detect && wire::may_become_http_request(line) ? detected::need_more : detected::text;
}

}  // namespace chatroom::detail
