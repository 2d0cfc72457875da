// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace client {

/// How many are in a room. The view is of the text that it was read from.
struct room_size {
    std::string_view room;
    std::size_t members = 0;
};

/// Takes `ROOM, 3 here` from the front of a notice.
[[nodiscard]] std::optional<room_size> take_room_size(std::string_view& notice);

/// The members that an answer to `/who` lists, `<NAME>` or ADDRESS:PORT: `lobby, 2 here: <alice> #1, <bob> #2
/// operator`, or a further line of it, `<eve> #3, <mallory> #4`. Empty if the notice is anything else.
[[nodiscard]] std::vector<std::string_view> listed_members(std::string_view notice);

/// The rooms that an answer to `/rooms` lists: `rooms: lobby 3, dev 1`, or a further line of it. Empty if the notice is
/// anything else.
[[nodiscard]] std::vector<std::string_view> listed_rooms(std::string_view notice);

}  // namespace client
