// SPDX-License-Identifier: BSL-1.0
#include "wire/datagram.hpp"

#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <algorithm>

namespace chatroom::wire {
namespace {

std::string_view take_line(std::string_view& bytes) noexcept
{
    const auto end = std::min(bytes.find('\n'), bytes.size());
    const auto line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    return line;
}

std::string_view take_sender_line(std::string_view& bytes) noexcept
{
    auto line = take_line(bytes);
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

}  // namespace

std::optional<command> next_command(std::string_view& datagram, bool commands) noexcept
{
    while (!datagram.empty()) {
        const auto line = take_line(datagram);
        if (!line.empty()) {
            return is_heartbeat(line) ? command{command::kind::heartbeat, line} : parse_line(line, commands);
        }
    }
    return std::nullopt;
}

bool has_server_form(std::string_view datagram) noexcept
{
    return is_sender(take_sender_line(datagram)) && !datagram.empty();
}

std::string_view next_piece(std::string_view& text, std::size_t sender) noexcept
{
    const auto piece = text.substr(0, prefix_within(text, max_datagram - sender - 1));
    text.remove_prefix(piece.size());
    return piece;
}

std::string_view take_sender(std::string_view& datagram) noexcept
{
    auto rest = datagram;
    const auto sender = take_sender_line(rest);
    if (!is_sender(sender)) {
        return server_name;
    }
    datagram = rest;
    return sender;
}

}  // namespace chatroom::wire
