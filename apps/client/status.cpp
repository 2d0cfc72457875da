// SPDX-License-Identifier: BSL-1.0
#include "status.hpp"

#include <vector>

namespace client {

std::string status::prompt() const
{
    if (!link) {
        return "(connecting) > ";
    }
    std::vector<std::string> parts;
    // g++ 12 warns of a string literal before a temporary, from -O2 on (its bug 105651): so the number comes first.
    const auto count = [&parts](std::size_t number, const char* of) {
        if (number != 0) {
            parts.push_back(std::to_string(number) + of);
        }
    };
    if (!link->connected) {
        parts.emplace_back("away");
        count(link->waiting, " to say");
    } else {
        if (!link->room.empty()) {
            parts.push_back(link->room);
        }
        count(link->here.value_or(0), " here");
        count(link->pending, " pending");
    }
    count(unread, " unread");
    std::string words;
    for (const auto& part : parts) {
        words.append(words.empty() ? "(" : ", ").append(part);
    }
    return words.append(words.empty() ? "> " : ") > ");
}

std::string status::title() const
{
    std::string words;
    if (unread != 0) {
        words.append("(").append(std::to_string(unread)).append(") ");
    }
    if (link && !link->room.empty()) {
        words.append(link->room).append(" - ");
    }
    return words.append("chatroom");
}

}  // namespace client
