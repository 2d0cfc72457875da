// SPDX-License-Identifier: BSL-1.0
#include "wire/text_protocol.hpp"

#include <chatroom/wire/sender.hpp>

#include <algorithm>
#include <utility>

namespace chatroom::wire {

std::string_view text_protocol::received(std::span<char> bytes)
{
    return {bytes.data(), telnet_.filter(bytes)};
}

protocol::result text_protocol::next(std::string_view& bytes, time_point now, command& found)
{
    const bool same_line = framer_.open() && bytes.find('\n') == bytes.npos;
    std::string_view line;
    const auto what = framer_.next(bytes, line);
    started_ = same_line ? started_ : now;
    switch (what) {
    case line_framer::result::need_more: return result::need_more;
    case line_framer::result::too_long: return result::too_long;
    case line_framer::result::endless: return violate(disconnect_reason::unterminated_line);
    case line_framer::result::line: break;
    }
    if (std::exchange(first_line_, false) && is_http_request(line)) {
        return violate(disconnect_reason::wrong_protocol);
    }
    found = parse_line(line, rules_.commands);
    return result::command;
}

protocol::result text_protocol::finish(command& found)
{
    std::string_view line;
    const auto what = framer_.finish(line);
    if (what != line_framer::result::line) {
        return what == line_framer::result::too_long ? result::too_long : result::need_more;
    }
    found = parse_line(line, rules_.commands);
    return result::command;
}

protocol::time_point text_protocol::deadline(time_point now) const noexcept
{
    if (!framer_.open()) {
        return time_point::max();
    }
    const auto line_end = started_ + rules_.line_timeout;
    return framer_.sends_newlines() ? line_end : std::min(line_end, now + rules_.message_gap);
}

protocol::result text_protocol::on_deadline(time_point now, command& found)
{
    return now >= started_ + rules_.line_timeout ? violate(disconnect_reason::line_timeout) : finish(found);
}

void text_protocol::append_line(std::string& out, std::string_view sender, std::string_view text)
{
    out.append(sender).append("\n").append(text).append("\n");
}

protocol::result text_protocol::violate(disconnect_reason why) noexcept
{
    violation_ = why;
    return result::violation;
}

}  // namespace chatroom::wire
