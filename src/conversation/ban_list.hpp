// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "name.hpp"
#include "network.hpp"

#include <chrono>
#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace chatroom::detail {

/// Who may not come in, or not under a name, until when, and why.
struct ban {
    using time_point = std::chrono::sys_seconds;

    std::variant<valid_name, network> whom;
    time_point until = time_point::max();  ///< max(): for ever.
    std::string by;                        ///< The name of an operator.
    std::string why;                       ///< May be empty.

    [[nodiscard]] std::string subject() const;

    /// The time by the system's clock, which goes on over a restart.
    [[nodiscard]] static time_point clock_now()
    {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    }
};

/// What is wrong with a subject.
enum class ban_error {
    no_subject,  ///< Neither a name nor an address nor a network.
    everybody,   ///< A network of all addresses.
};

/// The same name, or the same network. Any thread.
[[nodiscard]] bool is_same_subject(const std::variant<valid_name, network>& a,
                                   const std::variant<valid_name, network>& b);

/// The bans of a server. Not thread-safe.
class ban_list {
  public:
    /// A name, an address or ADDRESS/BITS. Any thread.
    [[nodiscard]] static std::variant<std::variant<valid_name, network>, ban_error>
    parse_subject(std::string_view text);

    /// Adds a ban, in place of an earlier one of the same subject.
    void add(ban one);

    /// Forgets those that have ended.
    void drop_expired(ban::time_point now);

    /// Takes the ban of a subject back; false if there is none.
    bool remove(const std::variant<valid_name, network>& whom);

    /// The ban of an address, or of a name; null if there is none that is in force.
    [[nodiscard]] const ban* find(const boost::asio::ip::address& address, ban::time_point now) const;
    [[nodiscard]] const ban* find(const valid_name& name, ban::time_point now) const;

    /// Those in force, in the order in which they were made.
    [[nodiscard]] std::vector<ban> list(ban::time_point now) const;

    /// Reads a file; one that is not there is an empty list. Throws std::runtime_error, FILE:LINE: and a sentence.
    [[nodiscard]] static ban_list load(const std::string& file);

    /// Writes `bans` to a file in one step: it has the old ones or the new ones, also after a crash. Throws
    /// std::system_error. Blocks.
    static void save(const std::string& file, const std::vector<ban>& bans);

  private:
    std::vector<ban> bans_;
};

}  // namespace chatroom::detail
