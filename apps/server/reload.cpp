// SPDX-License-Identifier: BSL-1.0
#include "reload.hpp"

#include "option_table.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>

namespace server {
namespace {

// The options whose values a part of reloadable applies.
constexpr std::array<std::string_view, 5> applied{"log-level", "host", "origin", "metrics-from", "page"};

// A list that is a secret shows its names alone, and a password nothing.
bool differs(const option& one, const options& before, const options& now)
{
    return one.values(before) != one.values(now) ||
           (one.name == "password" && before.talk.password_hash != now.talk.password_hash) ||
           (one.name == "operator" && !std::ranges::equal(before.talk.operators, now.talk.operators, {},
                                                          &chatroom::operator_account::password_hash,
                                                          &chatroom::operator_account::password_hash));
}

std::string not_applied(const options& before, const options& now)
{
    std::string names;
    for (const auto& group : option_table()) {
        for (const auto& one : group.members) {
            if (std::ranges::find(applied, one.name) == applied.end() && differs(one, before, now)) {
                names += (names.empty() ? "" : ", ") + one.name;
            }
        }
    }
    return names;
}

}  // namespace

std::vector<reload_line> apply(const reloadable& parts, const options& before, const options& now)
{
    std::vector<reload_line> lines;
    for (const auto* part : {&parts.log_level, &parts.certificate, &parts.web, &parts.bans}) {
        if (!*part) {
            continue;
        }
        try {
            if (auto line = (*part)(now); !line.empty()) {
                lines.push_back({std::move(line)});
            }
        } catch (const std::exception& failure) {
            lines.push_back({std::string{"left as it was: "} + failure.what(), true});
        }
    }
    if (const auto names = not_applied(before, now); !names.empty()) {
        lines.push_back({"changed, but only a restart applies it: " + names, true});
    }
    return lines;
}

}  // namespace server
