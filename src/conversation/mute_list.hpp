// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "name.hpp"
#include "network.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace chatroom::detail {

/// A name or a network of which nothing is passed on, until when.
struct lasting_mute {
    std::variant<valid_name, network> whom;
    std::string subject;  ///< As it is told.
    std::chrono::steady_clock::time_point until;
};

/// Those that hold for who comes again too. Not thread-safe.
class mute_list {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    /// Mutes, in place of an earlier one of the same subject; `until` in the past lifts that.
    void set(const std::variant<valid_name, network>& whom, std::string_view subject, time_point until, time_point now);

    /// Forgets those that have ended.
    void drop_expired(time_point now);

    [[nodiscard]] bool contains(const std::variant<valid_name, network>& whom) const;

    /// In the order in which they were made.
    [[nodiscard]] const std::vector<lasting_mute>& all() const noexcept { return mutes_; }

  private:
    std::vector<lasting_mute> mutes_;
};

}  // namespace chatroom::detail
