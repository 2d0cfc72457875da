// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/detail/client_handle.hpp>

#include <chatroom/serve/stream.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace chatroom {

/// The timeouts of a tcp_client, and what its bytes go through.
struct tcp_client_options {
    std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};  ///< For the name and all its addresses.
    std::chrono::milliseconds attempt_delay{250};   ///< Before the next address is tried beside the last (RFC 8305).
    std::chrono::milliseconds message_gap{100};     ///< Ends a text of a server that sends no newline.
    std::chrono::milliseconds echo_timeout{200};    ///< How long leave() waits for the last message to come back.
    std::chrono::milliseconds leave_timeout{2000};  ///< How long it then waits for the server to close.

    /// Makes the stream of the connection to the host that connect() was given, which completes once that stream can
    /// send; called on the client's strand. Empty: the socket's own bytes.
    std::function<std::unique_ptr<stream>(const std::string& host)> make_stream = {};
};

/// A client of a tcp_room. connect() tries several addresses at once; close_reason() has the error of a connection that
/// was lost, after 40 s also that of a cable that was pulled.
class CHATROOM_EXPORT tcp_client final : public detail::client_handle {
  public:
    /// Connects to nothing yet. The context of `executor` outlives it.
    explicit tcp_client(const boost::asio::any_io_executor& executor, const tcp_client_options& options = {});
};

}  // namespace chatroom
