// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/options.hpp>
#include <chatroom/room/room.hpp>
#include <chatroom/serve/clock.hpp>
#include <chatroom/statistics.hpp>
#include <chatroom/tcp_wire.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>

namespace chatroom {

/// A room whose members come over TCP. Any thread may call anything, also from within an observer. Destroying it closes
/// it and waits for nothing; the executor's context outlives it.
class CHATROOM_EXPORT tcp_room {
  public:
    /// Serves `room`, which other transports may serve too, on `executor`. Throws std::invalid_argument if an option is
    /// out of its range. `clock` is where its deadlines read the time; null is the steady clock. `wire` is how its
    /// peers speak.
    tcp_room(const boost::asio::any_io_executor& executor, room room, const tcp_room_options& options = {},
             std::shared_ptr<time_source> clock = {}, tcp_wire wire = {});
    ~tcp_room();

    /// Leaves nothing behind: what was moved from may be destroyed or assigned to.
    tcp_room(tcp_room&&) noexcept;

    /// Swaps the two: what was here goes on until the other is destroyed.
    tcp_room& operator=(tcp_room&&) noexcept;

    /// Listens at `at`, and returns where: the port that the system picked, if 0 was asked for. May be called again,
    /// for more addresses. Throws boost::system::system_error; error::closed after stop() or room::stop().
    boost::asio::ip::tcp::endpoint listen(const boost::asio::ip::tcp::endpoint& at);

    /// Takes over a TCP socket that listens already, as a service manager passes it (sd_listen_fds(3)); returns where
    /// it listens. The descriptor is the room's from the call on, also when it throws. Throws
    /// boost::system::system_error: bad_descriptor, not_a_socket, or invalid_argument if it is no TCP socket that
    /// listens; error::closed after stop().
    boost::asio::ip::tcp::endpoint adopt(int descriptor);

    /// Accepts members, from this call on. The awaitable completes after stop(), close() or room::stop(), when the last
    /// of them is gone. Throws boost::system::system_error: error::already_running when called again; operation_aborted
    /// when the wait is cancelled (terminal), which stops nothing: it goes on accepting.
    boost::asio::awaitable<void> run();

    /// What its members have done up to now; the figures are not of one moment.
    [[nodiscard]] tcp_statistics statistics() const noexcept;

    /// Stops accepting and disconnects every member gracefully: each receives all messages published so far and a
    /// closing notice, and is closed after tcp_room_options::drain_timeout at the latest. The room stays open for other
    /// transports.
    void stop();

    /// As stop(), but closes the connections at once.
    void close();

  private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace chatroom
