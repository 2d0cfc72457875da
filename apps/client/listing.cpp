// SPDX-License-Identifier: BSL-1.0
#include "listing.hpp"

#include "received.hpp"

#include <charconv>
#include <functional>

namespace client {
namespace {

std::optional<std::size_t> take_number(std::string_view& text)
{
    std::size_t number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc{}) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::string_view take_to_space(std::string_view& text)
{
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    return word;
}

// One entry is taken from the front of the text by `take_entry`; over UDP the last is followed by how to go on.
std::vector<std::string_view> entries(std::string_view text,
                                      const std::function<std::string_view(std::string_view&)>& take_entry)
{
    std::vector<std::string_view> found;
    do {
        const auto entry = take_entry(text);
        if (entry.empty()) {
            return {};
        }
        found.push_back(entry);
    } while (take(text, ", "));
    return text.empty() || text.starts_with("; ") ? found : std::vector<std::string_view>{};
}

std::string_view take_member(std::string_view& text)
{
    const auto who = take_who(text);
    if (take(text, " #") && !take_number(text)) {
        return {};
    }
    (void)take(text, " operator");
    return who;
}

std::string_view take_room(std::string_view& text)
{
    const auto room = take_to_space(text);
    return take(text, " ") && take_number(text) ? room : std::string_view{};
}

}  // namespace

std::optional<room_size> take_room_size(std::string_view& notice)
{
    auto rest = notice;
    auto room = take_to_space(rest);
    if (room.size() < 2 || !room.ends_with(',') || !take(rest, " ")) {
        return std::nullopt;
    }
    room.remove_suffix(1);
    const auto members = take_number(rest);
    if (!members || !take(rest, " here")) {
        return std::nullopt;
    }
    notice = rest;
    return room_size{room, *members};
}

std::vector<std::string_view> listed_members(std::string_view notice)
{
    if (take_room_size(notice) && !take(notice, ": ")) {
        return {};
    }
    return entries(notice, take_member);
}

std::vector<std::string_view> listed_rooms(std::string_view notice)
{
    (void)take(notice, "rooms: ");
    return entries(notice, take_room);
}

}  // namespace client
