// SPDX-License-Identifier: BSL-1.0
#include "wire/telnet_filter.hpp"

#include <cstring>

namespace chatroom::wire {
namespace {

// RFC 854, "TELNET COMMAND STRUCTURE".
constexpr unsigned char end_of_subnegotiation = 240;
constexpr unsigned char subnegotiation_begin = 250;
constexpr unsigned char first_with_option = 251;  // WILL, WON'T, DO, DON'T
constexpr unsigned char interpret_as_command = 255;

constexpr std::uint8_t longest = 64;

}  // namespace

std::size_t telnet_filter::filter(std::span<char> bytes) noexcept
{
    const auto holds = [bytes](int byte) { return std::memchr(bytes.data(), byte, bytes.size()) != nullptr; };
    if (state_ == state::text && !bytes.empty() && !holds(interpret_as_command) && !holds('\0')) {
        after_cr_ = bytes.back() == '\r';
        return bytes.size();
    }
    std::size_t kept = 0;
    for (const char byte : bytes) {
        const auto c = static_cast<unsigned char>(byte);
        if (state_ != state::text && (byte == '\n' || length_ == longest)) {
            state_ = state::text;
        }
        if (state_ == state::text && c != interpret_as_command) {
            bytes[kept++] = after_cr_ && byte == '\0' ? '\n' : byte;
            after_cr_ = byte == '\r';
            continue;
        }
        switch (state_) {
        case state::text:
            state_ = state::iac;
            length_ = 0;
            break;
        case state::iac:
            state_ = c == subnegotiation_begin                            ? state::subnegotiation
                     : c >= first_with_option && c < interpret_as_command ? state::option
                                                                          : state::text;
            break;
        case state::option: state_ = state::text; break;
        case state::subnegotiation:
            state_ = c == interpret_as_command ? state::subnegotiation_iac : state::subnegotiation;
            break;
        case state::subnegotiation_iac:
            state_ = c == end_of_subnegotiation ? state::text : state::subnegotiation;
            break;
        }
        ++length_;
    }
    return kept;
}

}  // namespace chatroom::wire
