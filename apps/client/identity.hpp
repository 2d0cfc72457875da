// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "received.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace client {

/// Who we are on a server that has names and rooms, and whether it has them. The server tells that by its answer to
/// `/name`: one without commands says the line to everybody. A plain value.
///
/// `/name NAME` is sent with a key of this process behind it, so that a new connection takes the name over from one
/// that is lost. The key is shown nowhere, and not sent to a server that has said one to everybody.
class identity {
  public:
    /// What the answer to `/name` told about the server.
    enum class commands : std::uint8_t { unknown, present, absent };

    /// `name` may be empty: then nothing is asked for until `/name` is typed.
    identity(std::string name, std::string key) : wanted_{std::move(name)}, key_{std::move(key)} {}

    /// A new connection.
    void connected();

    /// What to send first on a connection, and again if it got lost: for the name, and back to the room.
    [[nodiscard]] std::vector<std::string> greeting();

    /// The connection has asked for the name and the room by itself, so that greeting() is not to be sent on it.
    void introduced(const std::string& room);

    /// The name to ask for; empty: none.
    [[nodiscard]] const std::string& wanted() const noexcept { return wanted_; }

    [[nodiscard]] const std::string& key() const noexcept { return key_; }

    /// A line as it is sent: `/name NAME` with the key. Notes what it asks for.
    [[nodiscard]] std::string sent(const std::string& line) { return sent(line, true); }

    /// What to ask now, so that the room, how many are there, and in a small one who, are known; empty: nothing. Only
    /// once the server has given us a name.
    [[nodiscard]] std::string question();

    /// `to_question`: to the one that is to be shown to nobody.
    enum class answer : std::uint8_t { none, to_greeting, to_line, to_question };

    /// A message of the server's. `about_me`: the event is about us, by our address or name. Returns whether it is the
    /// answer to `/name` or `/join`.
    answer received_message(const received& what, bool about_me);

    /// A message of ours came back under our address: over UDP, a server that has started again knows no names.
    void lost_name() { name_.clear(); }

    /// Whether `/name` may be sent again: it got no answer, or the name is lost.
    [[nodiscard]] bool lacks_name() const noexcept
    {
        return !wanted_.empty() && name_.empty() && !refused_ && commands_ != commands::absent;
    }

    /// Whether the server waits for its password: until then it passes nothing on.
    [[nodiscard]] bool locked() const noexcept { return locked_; }

    /// Whether that password has been said, and was not wrong: what is said behind it waits for greeting().
    [[nodiscard]] bool opening() const noexcept { return opening_; }

    /// Whether it is time for greeting() again: the server's password has been given.
    [[nodiscard]] bool asks_again() const noexcept { return asks_again_; }

    /// How long the server wants no key from our address, after wrong ones from there; then it is time for greeting(),
    /// which has the name alone. 0: it has not said so.
    [[nodiscard]] std::chrono::seconds key_pause() const noexcept { return key_pause_; }

    /// Takes the key out of a text. Returns whether it was there.
    bool hide_key(std::string& text) const;

    /// The server has said our `/name` to everybody: it has no commands, and the key is no secret any more. It is not
    /// sent again; `new_key` is, once a server has answered `/name` otherwise.
    void said_aloud(std::string new_key);

    [[nodiscard]] commands server_commands() const noexcept { return commands_; }
    /// Whether a command that is no secret may be tried: there are names here, or `/help` is spoken of.
    [[nodiscard]] bool may_have_commands() const noexcept
    {
        return commands_ == commands::present || (sees_names_ && commands_ != commands::absent);
    }
    [[nodiscard]] bool asking() const noexcept { return !asked_.what.empty(); }  ///< `/name` is not answered yet.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] const std::string& room() const noexcept { return room_; }  ///< Empty where it is not known.

    /// How many are in the room, ourselves included, as far as that is known.
    [[nodiscard]] std::optional<std::size_t> here() const noexcept { return here_; }

  private:
    struct request {
        std::string what;  // empty: none is pending
        bool typed = false;
    };

    [[nodiscard]] std::string sent(const std::string& line, bool typed);
    static answer done(request& pending);
    answer granted(std::string_view who);
    void count_here(std::string_view text);
    void count(const received& what, bool about_me);
    [[nodiscard]] answer to_own_question(const received& what);

    std::string wanted_;  // for this connection and the next ones
    std::string key_;
    std::string spoken_key_;  // that everybody knows; empty: none
    std::string name_;        // that the server has given us
    request asked_;           // and what we asked for last
    request asked_room_;
    std::string room_;
    std::string return_to_;  // the room on the next connection
    std::optional<std::size_t> here_;
    std::set<std::string, std::less<>> nameless_;  // here, by the last list
    bool asked_who_ = false;                       // by the last line
    bool asked_size_ = false;                      // and is yet to be answered, as the next one
    bool asked_list_ = false;
    bool has_list_ = false;  // of this room, or has asked for it
    bool sees_names_ = false;
    bool refused_ = false;
    bool locked_ = false;
    bool opening_ = false;
    bool asks_again_ = false;
    std::chrono::seconds key_pause_{0};
    bool introduced_ = false;
    commands commands_ = commands::unknown;
};

}  // namespace client
