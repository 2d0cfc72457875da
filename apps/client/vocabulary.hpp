// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "received.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace client {

/// What the Tab key makes of the text before the cursor.
struct completion {
    std::size_t erase = 0;            ///< Characters before the cursor.
    std::wstring insert;              ///< In their place.
    std::vector<std::string> choice;  ///< Nothing more can be told until one of these is begun.
};

/// Completes names, rooms and commands, those seen last first. Needs a UTF-8 locale.
class vocabulary {
  public:
    /// A message: its speaker, or the member that it is about, is known from now on, and so is the room. One that has
    /// left is not, until the next message.
    void received_message(const received& what, std::string_view room);

    /// A line that was typed: the room of `/join ROOM` is known.
    void typed(std::string_view line);

    [[nodiscard]] completion complete(std::wstring_view before) const;

  private:
    std::deque<std::wstring> people_;  // most recent first
    std::deque<std::wstring> rooms_;
};

}  // namespace client
