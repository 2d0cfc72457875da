// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/options.hpp>
#include <chatroom/room/room.hpp>
#include <chatroom/serve/clock.hpp>
#include <chatroom/statistics.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/udp.hpp>

#include <memory>

namespace chatroom {

/// A room whose members come over UDP, and stay by heartbeat. Any thread may call anything, also from within an
/// observer. Destroying it closes it and waits for nothing; the executor's context outlives it.
class CHATROOM_EXPORT udp_room {
  public:
    /// Serves `room`, which other transports may serve too, on `executor`. Throws std::invalid_argument if an option is
    /// out of its range. `clock` is where heartbeats read the time; null is the steady clock.
    udp_room(const boost::asio::any_io_executor& executor, room room, const udp_room_options& options = {},
             std::shared_ptr<time_source> clock = {});
    ~udp_room();

    /// Leaves nothing behind: what was moved from may be destroyed or assigned to.
    udp_room(udp_room&&) noexcept;

    /// Swaps the two: what was here goes on until the other is destroyed.
    udp_room& operator=(udp_room&&) noexcept;

    /// Binds to `at`, and returns where: the port that the system picked, if 0 was asked for. May be called again, for
    /// more addresses. Bound to a wildcard address, it answers from the address that a member speaks to. Throws
    /// boost::system::system_error: address_in_use if another server is there; error::closed after stop() or
    /// room::stop().
    boost::asio::ip::udp::endpoint listen(const boost::asio::ip::udp::endpoint& at);

    /// Takes over a UDP socket that is bound already: see udp_server::adopt(). Throws boost::system::system_error.
    boost::asio::ip::udp::endpoint adopt(int descriptor);

    /// Receives, from this call on. The awaitable completes after stop(), close() or room::stop(), when the last member
    /// is gone. Throws boost::system::system_error: error::already_running when called again; operation_aborted when
    /// the wait is cancelled (terminal), which stops nothing: it goes on receiving.
    boost::asio::awaitable<void> run();

    /// What its members have done up to now; the figures are not of one moment.
    [[nodiscard]] traffic statistics() const noexcept;

    /// Passes on no more messages and removes every member: each receives all messages published so far and a closing
    /// notice, within udp_room_options::drain_timeout. The room stays open for other transports.
    void stop();

    /// As stop(), but at once and without a notice.
    void close();

  private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace chatroom
