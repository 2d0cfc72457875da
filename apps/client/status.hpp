// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "frontend.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace client {

/// What a person wants to know at a glance, and how it is written. A plain value.
struct status {
    std::optional<link_status> link;  ///< Nothing until the first connection is made.
    std::size_t unread = 0;           ///< Messages since the window lost its focus.

    /// What stands before the line that is typed: `(dev, 3 here, 1 pending, 2 unread) > `.
    [[nodiscard]] std::string prompt() const;

    /// The window's title: `(2) dev - chatroom`.
    [[nodiscard]] std::string title() const;
};

}  // namespace client
