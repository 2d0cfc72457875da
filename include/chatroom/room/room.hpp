// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/observer.hpp>
#include <chatroom/options.hpp>
#include <chatroom/room/follower.hpp>
#include <chatroom/room_policy.hpp>
#include <chatroom/sequencer.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chatroom {

namespace detail {
class room_state;
}  // namespace detail

/// A named speaker of the program in a room, as room::add_speaker() makes it; no member. Copies are the same speaker,
/// and keep the room alive. Any thread.
class CHATROOM_EXPORT speaker {
  public:
    /// @cond
    speaker(std::shared_ptr<detail::room_state> room, std::string sender);
    /// @endcond

    /// message::member of what it publishes: how a bot knows its own words.
    [[nodiscard]] member_id id() const noexcept { return id_; }

    /// Publishes a line with this speaker's sender and id. Errors: as room::publish(sender, text).
    error_code publish(std::string_view text) const noexcept;

    /// The same with another sender, for a bridge, which speaks for many.
    error_code publish(std::string_view sender, std::string_view text) const noexcept;

  private:
    std::shared_ptr<detail::room_state> room_;
    std::string sender_;
    member_id id_;
};

/// Figures of a room at one moment.
struct room_statistics {
    std::size_t members = 0;      ///< Of all transports, those included that came by member::join().
    std::uint64_t published = 0;  ///< Messages of all kinds since the room was opened.
    std::uint64_t kept = 0;       ///< Messages that the log holds.
    std::uint64_t log_bytes = 0;  ///< Bytes of these as sent, `SENDER\nTEXT\n`; the segments around them take more.
};

/// A handle to a room: one ordered log of messages, which every member reads. Copies are handles to the same room. Any
/// thread may call anything.
class CHATROOM_EXPORT room {
  public:
    /// Opens a room. `watcher` gets its events, `policy` has the rules that are yours, and `order` decides the order of
    /// messages; null is the order of the calls. Throws std::invalid_argument if an option is out of its range, and
    /// std::bad_alloc.
    explicit room(const room_options& options = {}, std::shared_ptr<observer> watcher = {}, room_policy policy = {},
                  std::shared_ptr<sequencer> order = {});

    /// Publishes a line with `sender`, which has a form of wire::is_sender(): ADDRESS:PORT or `<NAME>`, say. The text
    /// is cleaned; room_policy::submit is not asked. Every member receives it, in the same order. Never waits. Errors:
    /// would_block (members are more than half a log behind, or the sequencer is congested: try again later), closed,
    /// empty_text, text_too_long (room_options::max_message), contains_newline, invalid_sender, and not_enough_memory;
    /// then nothing was published. In a room with a sequencer the line is proposed, the errors of sequencer::propose()
    /// are returned too, and it is published when room::append() is called.
    error_code publish(std::string_view sender, std::string_view text) noexcept;

    /// Publishes a line of the room itself, with the sender `*`. Errors: as publish(sender, text).
    error_code publish(std::string_view text) noexcept;

    /// Publishes an entry of any kind: an action, or a line that tells of an event. Its id is taken as it is. Errors:
    /// as publish(sender, text).
    error_code publish(const room_entry& entry) noexcept;

    /// For a sequencer: appends the next entry of the order that it has decided. `time` becomes message::time; give
    /// times in the order of the entries. One call at a time, or the order is that in which the calls take effect.
    /// Never waits. Errors: closed, empty_text, text_too_long, contains_newline, invalid_sender, and not_enough_memory;
    /// then nothing was appended.
    error_code append(const room_entry& entry, std::chrono::system_clock::time_point time) noexcept;

    /// For a sequencer: call it when sequencer::congested() has become false. Members that were held back are read
    /// again, unless other members are more than half a log behind.
    void resume() noexcept;

    /// A follower that runs on `executor` and starts with the last `replay` messages; 0: with the next one. Throws
    /// std::bad_alloc.
    [[nodiscard]] follower follow(const boost::asio::any_io_executor& executor, std::size_t replay = 0);

    /// The same with more choices. Throws std::bad_alloc.
    [[nodiscard]] follower follow(const boost::asio::any_io_executor& executor, const follow_options& options);

    /// room_options::name
    [[nodiscard]] const std::string& name() const noexcept;

    /// Tells this life of the room from others of that name: a message is known by epoch and sequence.
    [[nodiscard]] const std::string& epoch() const noexcept;

    /// Copies the messages from the sequence `from` on that the log still holds, at most `most`, oldest first. Throws
    /// std::bad_alloc.
    [[nodiscard]] std::vector<message> read(std::uint64_t from, std::size_t most) const;

    /// The sequences of the oldest message that the log holds and of the next one to be published, at one moment.
    [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> extent() const noexcept;

    /// Members of all transports, those included that came by member::join().
    [[nodiscard]] std::size_t members() const noexcept;

    /// The figures of the room as it is now; `published`, `kept` and `log_bytes` are of one moment.
    [[nodiscard]] room_statistics statistics() const noexcept;

    /// The members, of all transports, as each strand has them when it is asked; at most `most`. The strands are asked
    /// when the result is awaited. Completes when all have answered, so the contexts of the transports have to run; on
    /// the executor that awaits it; for another completion token give it to asio::co_spawn. Cancelled (terminal), it
    /// completes at once with the members that were found so far. Throws std::bad_alloc.
    [[nodiscard]] boost::asio::awaitable<std::vector<member>> list(std::size_t most = 10'000) const;

    /// The member with that id; a default-made handle if there is none. Otherwise as list().
    [[nodiscard]] boost::asio::awaitable<member> find(member_id id) const;

    /// A member with that name, byte for byte; a default-made handle if there is none. Otherwise as list().
    [[nodiscard]] boost::asio::awaitable<member> find(std::string name) const;

    /// A speaker with an id of its own and the sender `<NAME>`; an empty name makes the sender `*`. Throws
    /// std::invalid_argument if the name has a line break, a control character, `<` or `>`, or more than 128 bytes.
    [[nodiscard]] speaker add_speaker(std::string_view name);

    /// Closes the room for good: publish() and append() return error::closed, and every
    /// transport that serves it stops and disconnects its members gracefully, as tcp_room::stop() and udp_room::stop()
    /// do. A member that is in another room too stays there, and run() of its transport completes when that member has
    /// gone as well. Waits for nothing.
    void stop() noexcept;

    /// @cond
    [[nodiscard]] const std::shared_ptr<detail::room_state>& state() const noexcept { return state_; }
    /// @endcond

  private:
    std::shared_ptr<detail::room_state> state_;
};

}  // namespace chatroom
