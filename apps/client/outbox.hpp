// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace client {

/// What was typed and is yet to be said, and what was said and is yet to come back from the room: that alone shows that
/// it was heard. When a connection is lost, what did not come back is said again on the next one. The text that
/// connected_for first when several connections in a row ended early is what the server hangs up on, and is given up.
///
/// A command comes back only from a server that has none. It is done when it is answered, or when what was said after
/// it came back.
///
/// It also knows which messages are one's own. The server may see another address than we do (NAT): then the first
/// message that says just what is due, from a sender that was not heard before, gives ours away.
class outbox {
  public:
    static constexpr std::size_t most_on_their_way = 256;

    /// No more than `most` lines are on their way at once.
    explicit outbox(std::size_t most = most_on_their_way) : most_{most} {}

    /// Takes a line; what is not clean in it is left out, and nothing of it may be left. False if there is no room.
    [[nodiscard]] bool add(std::string_view line);

    /// The same with a password, before all that waits but other passwords.
    [[nodiscard]] bool add_first(std::string_view line);

    /// The next line to say, if there is one and few enough are on their way.
    [[nodiscard]] std::optional<std::string> next();

    /// Of the line that next() gave out last. A line keeps it when it is said again.
    [[nodiscard]] std::string id() const { return std::to_string(said_.back().id); }

    /// The next line to say, without taking it; empty if there is none.
    [[nodiscard]] std::string_view front() const noexcept
    {
        return waiting_.empty() ? std::string_view{} : waiting_.front().text;
    }

    /// The next line is not to be said.
    void drop_front();

    /// Nothing of what waits is to be said. Returns how many lines that is.
    std::size_t drop_waiting();

    /// A connection on which the server calls us `label`.
    void connected(std::string label);

    /// The server calls us `<NAME>` as well.
    void named(std::string who) { named_ = std::move(who); }

    /// Whether that is us: by address or by name.
    [[nodiscard]] bool is_me(std::string_view who) const noexcept
    {
        return !who.empty() && (who == label_ || who == named_);
    }

    /// Whether this message is one's own.
    bool heard(const std::string& sender, const std::string& text);

    /// The oldest command on its way is answered, if there is one: commands do not come back. Returns whether there
    /// was.
    bool answered();

    /// The line with that id has arrived, or was executed. Returns whether it was on its way.
    bool accepted(std::string_view id);

    /// It was not: it counts as missing.
    void refused(std::string_view id);

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
    static constexpr int most_suspected = 3;               // one loss may be chance, and so may a second

  private:
    struct entry {
        std::string text;
        std::uint64_t id;
    };

    [[nodiscard]] std::deque<entry>::iterator find_said(std::string_view id);
    [[nodiscard]] bool full() const noexcept { return said_.size() >= (suspicious() ? 1 : most_); }
    void drop(std::size_t count);

    std::size_t most_;
    std::deque<entry> waiting_;
    std::deque<entry> said_;
    std::uint64_t last_id_ = 0;
    std::size_t bytes_ = 0;  // in waiting_
    std::size_t missing_ = 0;
    std::vector<std::string> newly_missing_;
    int suspected_ = 0;  // connections in a row that ended early while the oldest line was on its way
    std::string label_;
    std::string named_;
    bool label_holds_ = false;         // it came back
    std::set<std::string> strangers_;  // heard while it was open which sender we are
};

}  // namespace client
