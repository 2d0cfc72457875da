// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/observer.hpp>
#include <chatroom/options.hpp>
#include <chatroom/room/follower.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace chatroom {

class room_state;

/// A handle to a room: one ordered log of messages, which every member reads. Copies are handles to the same room. Any
/// thread may call anything.
class CHATROOM_EXPORT room {
  public:
    /// Opens a room. Throws std::invalid_argument if an option is out of its range. `watcher` gets the
    /// room's events.
    explicit room(const room_options& options = {}, std::shared_ptr<observer> watcher = {});

    /// Publishes a line with `sender`, which is ADDRESS:PORT. Every member receives it, in the same order. Never waits.
    /// Errors: would_block (members are far behind: try again later), closed, empty_text, text_too_long,
    /// contains_newline, invalid_sender, and not_enough_memory; then nothing was published.
    error_code publish(std::string_view sender, std::string_view text) noexcept;

    /// Publishes a line of the room itself, with the sender `*`.
    error_code publish(std::string_view text) noexcept;

    /// A follower that runs on `executor` and starts with the last `replay` messages.
    [[nodiscard]] follower follow(const boost::asio::any_io_executor& executor, std::size_t replay = 0);

    /// How many members are in, of all transports.
    [[nodiscard]] std::size_t members() const noexcept;

    /// Closes the room for good: publish returns error::closed, and every transport disconnects its members.
    void stop() noexcept;

    /// What a transport that serves the room shares with it.
    [[nodiscard]] const std::shared_ptr<room_state>& state() const noexcept { return state_; }

  private:
    std::shared_ptr<room_state> state_;
};

}  // namespace chatroom
