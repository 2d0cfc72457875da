// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/directory.hpp>
#include <chatroom/export.hpp>
#include <chatroom/member.hpp>
#include <chatroom/observer.hpp>
#include <chatroom/options.hpp>
#include <chatroom/room/room.hpp>
#include <chatroom/tcp_room.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chatroom {

namespace detail {
class talk;
}

/// The account of an operator.
struct operator_account {
    std::string name;                ///< In the form of a member's name. A member gets it by `/login` only.
    std::string password_hash = {};  ///< As hash_password() makes it.
};

/// The rules of a conversation.
struct conversation_options {
    /// Rooms that are always there, at least one. Everybody starts in the first.
    std::vector<std::string> rooms{"lobby"};

    /// Whether `/join` makes a room that is not there. Such a room is removed when it is empty; if something was said
    /// in it, an hour after that.
    bool any_room = true;

    /// Rooms at once, those of `rooms` included, from which on another is made only if an empty one can be removed:
    /// that which has been empty for the longest time.
    std::size_t max_rooms = 1'000;

    /// Rooms at once that were made by members from one address; of IPv6, from one /64.
    std::size_t max_rooms_per_address = 20;

    /// In a room with more members than this, joins, leaves, renames and removals are not announced.
    std::size_t announce_limit = 200;

    /// Whether there are commands. If not, every line but `/quit` is a message; `/login` and `/pass` are refused all
    /// the same, so that no password is broadcast.
    bool commands = true;

    /// Lines that each member is sent when it comes in; with a `password_hash`, once it has given the password.
    std::vector<std::string> welcome = {};

    /// The members that can become operators, by `/login`.
    std::vector<operator_account> operators = {};

    /// Whether `/login` takes a password from beyond loopback too, over a connection without TLS. Never over UDP.
    bool plain_login = false;

    /// The hash of a password that opens the server, by `/pass`, from any address; empty is none. With one, members
    /// over UDP are refused, and `commands` has to be on.
    std::string password_hash = {};

    /// The networks from which members come in, as ADDRESS/BITS or a bare address; empty is all.
    std::vector<std::string> allow = {};

    /// The networks from which none come in.
    std::vector<std::string> deny = {};

    /// The file that keeps the bans over a restart; empty is none.
    std::string bans_file = {};

    /// The limits of each room.
    room_options room = {};

    /// Called with a sentence for a log when an operator logs in, kicks, mutes, bans or takes a ban back, and when a
    /// password was wrong. On the strand of the member that gave the command; must not block.
    std::function<void(std::string_view what)> on_moderation = {};
};

/// Figures of a conversation at one moment, of all its rooms.
struct conversation_statistics {
    std::size_t rooms = 0;        ///< As conversation::rooms().
    std::size_t members = 0;      ///< In all of them, and those that have yet to give a password.
    std::uint64_t log_bytes = 0;  ///< Bytes of the messages that their logs hold.
    /// Since the start: commands that were answered with why they are not done, with /name, /login and /pass.
    std::uint64_t commands_refused = 0;
    std::uint64_t names_refused = 0;  ///< Taken, kept, banned, or asked for with a wrong key; also when one connects.
    std::uint64_t passwords_refused = 0;  ///< Wrong ones.
};

/// People and rooms by name, over one or more transports that serve entry(): names, commands, private messages,
/// several rooms, operators. docs/conversation.md has the commands and their answers.
///
///     chatroom::conversation talk{io.get_executor()};
///     chatroom::tcp_room tcp{io.get_executor(), talk.entry()};
///
/// Any thread may call anything. Passwords are checked and bans are written on two threads, which start with the first
/// of these. The destructor waits for what these threads have begun (some 100 ms for a password). The rooms go on as
/// long as a transport serves them, and commands do nothing then; stop() closes them. The executor's context outlives
/// the conversation. It does not use member::data(), which is yours.
class CHATROOM_EXPORT conversation {
  public:
    /// A command of yours: the member that gave it, and the rest of its line. It may wait, as room_policy::command:
    /// nothing more of that member is executed meanwhile; when the member goes, the awaitable is cancelled (terminal);
    /// an exception goes to observer::error. On the member's strand.
    using handler = std::function<boost::asio::awaitable<void>(member from, std::string arguments)>;

    /// `executor` runs a timer: for counts of joins and leaves, and for members that give no password. `watcher` gets
    /// the events of every room. `clock` is where the rules of time read the time; null is the steady clock. Throws
    /// std::invalid_argument, naming an option that is out of its range; std::runtime_error, with FILE:LINE: if the
    /// file of bans is wrong, and if libsodium can't be initialised.
    explicit conversation(const boost::asio::any_io_executor& executor, const conversation_options& options = {},
                          std::shared_ptr<observer> watcher = {}, std::shared_ptr<time_source> clock = {});
    ~conversation();
    conversation(const conversation&) = delete;
    conversation& operator=(const conversation&) = delete;

    /// The room that transports serve: the first one; with a password, another, in which nothing is passed on.
    [[nodiscard]] chatroom::room entry() const;

    /// The rooms and the people, for a protocol whose peers name rooms themselves; see chatroom::web_service. Such a
    /// member may be in 20 rooms at once. It does nothing once the conversation has gone.
    [[nodiscard]] chatroom::directory directory();

    /// The room of that name, or of one that looks like it; nullopt if there is none.
    [[nodiscard]] std::optional<chatroom::room> find_room(std::string_view name) const;

    /// The member of that name, or of one that looks like it; a default-made handle if there is none.
    [[nodiscard]] member find(std::string_view name) const;

    /// Rooms that there are now, without the one of members that have yet to give a password.
    [[nodiscard]] std::size_t rooms() const;

    /// The figures as they are now.
    [[nodiscard]] conversation_statistics statistics() const;

    /// Reads conversation_options::bans_file again, for those who come from now on; returns how many bans are in force.
    /// Without a file it does nothing. Throws std::runtime_error, a sentence, and nothing has changed: the file is
    /// wrong, or bans of an operator have yet to be written to it. Blocks for the file.
    std::size_t read_bans();

    /// Adds a command, `/NAME`, which /help describes by `help`; case counts. Members give it from then on; on a server
    /// with a password, once they have given that. Throws std::invalid_argument if the name is empty, has white space
    /// or a slash, or is taken.
    void add_command(std::string name, std::string help, handler what);

    /// Closes every room that there is for good, as room::stop(): the transports that serve entry() stop. Cancels the
    /// timer, so that its context runs out of work.
    void stop() noexcept;

  private:
    std::shared_ptr<detail::talk> talk_;
};

/// Whether `text` can be the name of a member or a room. Any thread.
[[nodiscard]] CHATROOM_EXPORT bool is_name(std::string_view text);

/// A hash of a password (argon2id), for conversation_options. Blocks for some 100 ms, and takes 64 MiB meanwhile.
/// Throws std::bad_alloc, and std::runtime_error if libsodium can't be initialised. Any thread.
[[nodiscard]] CHATROOM_EXPORT std::string hash_password(std::string_view password);

/// Whether `text` has the form of such a hash. Throws std::runtime_error if libsodium can't be initialised. Any thread.
[[nodiscard]] CHATROOM_EXPORT bool is_password_hash(std::string_view text);

}  // namespace chatroom
