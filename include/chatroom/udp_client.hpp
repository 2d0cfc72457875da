// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/detail/client_handle.hpp>

#include <chrono>

namespace chatroom {

/// The timeouts of a udp_client.
struct udp_client_options {
    std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};  ///< For the name and all its addresses.
    std::chrono::milliseconds probe_timeout{
        100};  ///< How long connect() waits for an address to refuse; 0 is not at all.
    std::chrono::milliseconds heartbeat_interval = std::chrono::seconds{5};  ///< Between two heartbeats.
    std::chrono::milliseconds missing_time{1000};  ///< The same, while one's own messages have yet to come back.
    std::chrono::milliseconds echo_timeout{200};   ///< How long leave() waits for the last message to come back.
};

/// A client of a udp_room. What client promises has these limits over UDP:
///
/// - connect() sends a heartbeat to each address in turn until one does not refuse it within probe_timeout. Nothing
///   tells that somebody is there before a message is received. From then on the client sends heartbeats there, more
///   often when the room closes or its own messages do not come back: a server that has been restarted knows no
///   members.
/// - send() completes when the kernel has taken the datagrams, which may get lost; it throws message_size for a line
///   over 65,507 bytes, and connection_refused when nobody is there.
/// - receive() completes with nothing also when the server's machine says that nobody is there (with the next heartbeat
///   at the latest): close_reason() is connection_refused then. It may be awaited again, as the heartbeats go on and
///   the server may come back.
class CHATROOM_EXPORT udp_client final : public detail::client_handle {
  public:
    /// Connects to nothing yet. The context of `executor` outlives it.
    explicit udp_client(const boost::asio::any_io_executor& executor, const udp_client_options& options = {});
};

}  // namespace chatroom
