// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/message.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <memory>

namespace chatroom {

namespace detail {
class room_state;
}  // namespace detail

/// What a follower reads.
struct follow_options {
    /// Earlier messages that it starts with, as far as the log has them; 0 is none.
    std::size_t replay = 0;

    /// Whether next() returns each join, leave and rename of a member too, in one order with the messages. Each is a
    /// message with
    ///
    /// - `kind`: entry_kind::joined, left or renamed
    /// - `member` and `sender`: the member's; before the rename
    /// - `text`: empty, the disconnect_reason of a leave as to_string() names it, or the new sender
    /// - `sequence`: that of the message that comes next
    /// - `skipped`: events lost just before it
    ///
    /// Messages of these kinds, which tell people the same, are passed over then. The room keeps events from its first
    /// follower with events on, the last 4,096 for those that are behind; `replay` brings none back.
    bool events = false;
};

/// Reads a room's log within the program: for a bot or a logger. It owns no queue and holds nobody back: if it falls
/// behind the log, it is moved up. Not thread-safe, except stop(); the executor's context outlives it.
class CHATROOM_EXPORT follower {
  public:
    /// What was moved from may be destroyed or assigned to, and nothing else.
    follower(follower&&) noexcept;

    /// Swaps the two: each goes on reading where it was.
    follower& operator=(follower&&) noexcept;

    /// As stop(): a pending next() completes with error::closed.
    ~follower();

    /// Completes with the next message, once there is one; message::skipped is the number of messages lost just before
    /// it. Await one at a time, on the follower's executor; for another completion token, asio::co_spawn it there.
    /// Throws
    ///
    /// - boost::system::system_error of error::closed: after stop(), or after room::stop(), once all messages published
    ///   before have been returned. The leaves that room::stop() causes come later, and may be missing.
    /// - boost::system::system_error of operation_aborted: when cancelled (terminal). No message is lost: the next call
    ///   returns it.
    /// - std::bad_alloc.
    boost::asio::awaitable<message> next();

    /// Makes next() complete with error::closed, now and from now on, whatever has not been returned. Any thread.
    void stop();

    /// @cond
    follower(const boost::asio::any_io_executor& executor, std::shared_ptr<detail::room_state> room,
             const follow_options& options);
    /// @endcond

  private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace chatroom
