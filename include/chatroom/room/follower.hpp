// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/message.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <memory>

namespace chatroom {

class room;
class room_state;

/// Reads a room's log within the program: for a bot or a logger. It owns no queue; if it falls behind the log it is
/// moved up. Not thread-safe, but for stop(); the executor's context outlives it.
class CHATROOM_EXPORT follower {
  public:
    /// Leaves nothing behind: what was moved from may be destroyed or assigned to.
    follower(follower&&) noexcept;

    /// Swaps the two: each goes on reading where it was.
    follower& operator=(follower&&) noexcept;

    /// Stops it: a next() that is awaited completes with error::closed.
    ~follower();

    /// Waits for the next message. Completes when there is one; message::skipped is the number of messages lost just
    /// before it. Throws boost::system::system_error of error::closed when this follower is stopped, or when the room
    /// is stopped and all earlier messages have been returned. Await one at a time, on the follower's executor.
    boost::asio::awaitable<message> next();

    /// Makes next() complete with error::closed, now and from now on. Any thread.
    void stop();

  private:
    friend class room;
    class impl;
    follower(const boost::asio::any_io_executor& executor, std::shared_ptr<room_state> room, std::size_t replay);

    std::shared_ptr<impl> impl_;
};

}  // namespace chatroom
