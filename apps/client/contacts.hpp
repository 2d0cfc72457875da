// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "received.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace client {

/// What is remembered of the people in the room: whom the person ignores, with whom the last private message was
/// exchanged, and who spoke lately. People are followed when they change their names. A plain value.
class contacts {
  public:
    using time_point = std::chrono::system_clock::time_point;

    /// A message; `own`: said by us, or about us.
    void received_message(const received& what, bool own, time_point now);

    /// Hides what NAME, `<NAME>` or ADDRESS:PORT says. Case does not count, as it does not for a server. Needs a UTF-8
    /// locale.
    void ignore(std::string_view word);

    /// Returns whether it was hidden.
    bool unignore(std::string_view word);

    /// Each as it was written, by what it is in lower case.
    [[nodiscard]] const std::map<std::string, std::string>& ignored() const noexcept { return ignored_; }

    /// Whether it is said by somebody who is ignored.
    [[nodiscard]] bool ignores(const received& what) const;

    /// Whether it tells that somebody came, left or changed names who has not said anything for ten minutes.
    [[nodiscard]] bool is_coming_and_going(const received& what, time_point now) const;

    /// `/msg WHO TEXT` to the other of the last private message; nothing if there was none.
    [[nodiscard]] std::optional<std::string> reply(std::string_view text) const;

  private:
    std::map<std::string, std::string> ignored_;
    std::map<std::string, time_point> spoke_;  // who, and when last
    std::string partner_;
};

}  // namespace client
