// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace client {

/// What was typed and is yet to be said, and what was said and is yet to come back from the room: that alone shows that
/// it was heard. When a connection is lost, what did not come back is said again on the next one. The text that
/// connected_for first when several connections in a row ended early is what the server hangs up on, and is given up.
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

    /// A connection ended early. The oldest line on its way is under suspicion, and goes alone until it comes back; the
    /// `most_suspected`-th time in a row it counts as missing, and is returned.
    std::optional<std::string> suspect();

    /// What is on its way is to be said again. Returns how many lines that is.
    std::size_t take_back();

    /// The lines that were given up or overtaken since the last call.
    [[nodiscard]] std::vector<std::string> take_missing();

    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }
    [[nodiscard]] std::size_t on_their_way() const noexcept { return said_.size(); }
    [[nodiscard]] bool held_up() const noexcept { return !waiting_.empty() && full(); }
    [[nodiscard]] bool suspicious() const noexcept { return suspected_ != 0; }  ///< The next line, or that on its way.
    [[nodiscard]] std::size_t missing() const noexcept { return missing_; }     ///< Said, and never came back.

    static constexpr std::size_t most_waiting = 100;       // lines
    static constexpr std::size_t most_bytes = 256 * 1024;  // of them
    static constexpr std::size_t most_on_their_way = 256;
    static constexpr int most_suspected = 3;  // one loss may be chance, and so may a second

  private:
    [[nodiscard]] bool full() const noexcept { return said_.size() >= (suspicious() ? 1 : most_on_their_way); }
    void drop(std::size_t count);

    std::deque<std::string> waiting_;
    std::deque<std::string> said_;
    std::size_t bytes_ = 0;  // in waiting_
    std::size_t missing_ = 0;
    std::vector<std::string> newly_missing_;
    int suspected_ = 0;  // connections in a row that ended early while the oldest line was on its way
    std::string label_;
    bool label_holds_ = false;         // it came back
    std::set<std::string> strangers_;  // heard while it was open which sender we are
};

}  // namespace client
