// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace client {

/// What was typed and is yet to be said, and what was said and is yet to come back from the room: that alone shows that
/// it was heard. When a connection is lost, what did not come back is said again on the next one.
///
/// It also knows which messages are one's own. The server may see another address than we do (NAT): then the first
/// message that says just what is due, from a sender that was not heard before, gives ours away.
class outbox {
  public:
    /// Takes a line; what is not clean in it is left out, and nothing of it may be left. False if there is no room.
    [[nodiscard]] bool add(std::string_view line);

    /// The next line to say, if there is one and few enough are on their way.
    [[nodiscard]] std::optional<std::string> next();

    /// A connection on which the server calls us `label`.
    void connected(std::string label);

    /// Whether this message is one's own.
    bool heard(const std::string& sender, const std::string& text);

    /// What is on its way is not waited for any longer: it counts as missing.
    void give_up();

    /// The connection is lost: what is on its way is to be said again. Returns how many lines that is.
    std::size_t lost();

    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }
    [[nodiscard]] std::size_t on_their_way() const noexcept { return said_.size(); }
    [[nodiscard]] bool held_up() const noexcept { return !waiting_.empty() && said_.size() >= most_on_their_way; }
    [[nodiscard]] std::size_t missing() const noexcept { return missing_; }  ///< Said, and never came back.

    static constexpr std::size_t most_waiting = 100;       // lines
    static constexpr std::size_t most_bytes = 256 * 1024;  // of them
    static constexpr std::size_t most_on_their_way = 256;

  private:
    std::deque<std::string> waiting_;
    std::deque<std::string> said_;
    std::size_t bytes_ = 0;  // in waiting_
    std::size_t missing_ = 0;
    std::string label_;
    bool label_holds_ = false;         // it came back
    std::set<std::string> strangers_;  // heard while it was open which sender we are
};

}  // namespace client
