// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <functional>
#include <string>
#include <vector>

namespace server {

/// What can change while the server runs. Each function applies its part, and returns a line for the log, or nothing;
/// it throws std::exception, and then that part stays as it was.
struct reloadable {
    std::function<std::string(const options& now)> log_level;
    std::function<std::string(const options& now)> certificate;
    std::function<std::string(const options& now)> web;  ///< The page, and who may ask.
    std::function<std::string(const options& now)> bans;
};

/// What the log is told.
struct reload_line {
    std::string text;
    bool is_warning = false;
};

/// Applies `now`, which was read again, to a server that was started with `before`. Returns lines for the log: what was
/// done, what failed, and which other options differ, which need a restart.
[[nodiscard]] std::vector<reload_line> apply(const reloadable& parts, const options& before, const options& now);

}  // namespace server
