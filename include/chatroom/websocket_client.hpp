// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/detail/client_handle.hpp>

#include <chatroom/message.hpp>
#include <chatroom/serve/stream.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace chatroom {

/// Who a websocket_client is and where it is: it keeps this up to date, so that the next one goes on where it ended.
struct websocket_place {
    std::string name = {};      ///< To be asked for; then the one that the server has given. Empty: none.
    std::string key = {};       ///< A secret by which the next connection takes the name over, and its lines are known.
    std::string password = {};  ///< Of the server.
    std::string room = "lobby";       ///< To be in.
    std::string epoch = {};           ///< Of the room; empty: nothing was received from it yet.
    std::uint64_t offset = 0;         ///< Of the last message that was received from it.
    std::size_t moves = 0;            ///< Joins and leaves that came behind it, which have no offset.
    std::vector<member_id> own = {};  ///< The numbers that the server has given to the connections.
};

/// The rules of a websocket_client.
struct websocket_client_options {
    std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};  ///< Until it is in the room.
    std::chrono::milliseconds attempt_delay{250};   ///< Before the next address is tried beside the last (RFC 8305).
    std::chrono::milliseconds echo_timeout{200};    ///< How long leave() waits for the answer to what was sent.
    std::chrono::milliseconds leave_timeout{2000};  ///< How long it then waits for the server to close.

    /// As tcp_client_options::make_stream.
    std::function<std::unique_ptr<stream>(const std::string& host)> make_stream = {};

    std::string path = "/connection/websocket";  ///< Of the request.

    /// Messages, of those before it came, that are received first (received_message::history); not when it goes on from
    /// a place in the room.
    std::size_t history = 20;

    std::size_t max_message = 1024 * 1024;  ///< Bytes of a message of the server's; a longer one ends the connection.

    /// Shared by the clients that a program makes one after another: each goes on where the last has ended. Null: one
    /// of its own.
    std::shared_ptr<websocket_place> place = {};
};

/// What ends a connection over WebSocket. A close code of the server (1000 to 4999) and the status of an HTTP answer
/// (100 to 599) are values of the same category.
enum class websocket_error : int {
    no_websocket = 1,  ///< The peer does not answer as an HTTP server does.
    wrong_accept,      ///< Its answer does not belong to our request.
    cut_off,           ///< It closed before we were in a room.
    violation,         ///< It broke a rule of RFC 6455.
    wrong_answer,      ///< It broke one of the JSON protocol.
    no_ping,           ///< It has sent nothing for too long.
    refused,           ///< It let us into no room; what it says is received before.
};

/// The category of these; its messages are sentences for people. Any thread.
[[nodiscard]] CHATROOM_EXPORT const boost::system::error_category& websocket_category() noexcept;

/// An error of that category. Any thread.
[[nodiscard]] CHATROOM_EXPORT error_code make_error_code(websocket_error what) noexcept;

/// A client of a web_service, by Centrifugo's JSON protocol over WebSocket (docs/web.md). It is in one room at a time.
///
/// Over the text protocol all that is said is lost while there is no connection. This client knows by the place where
/// the last connection ended what it has: no message is received twice and none is missing, or a received_kind::gap
/// says so. Messages have the time at which they were said.
///
/// A line that begins with `/` is a command, `//x` says `/x`; `/join ROOM` and `/leave` go to another room, as over the
/// text protocol, whose `*` notices it gives for that and for the name. The others are executed by the server. One line
/// at a time is under way; those behind it wait for its answer, and send() for them once 256 do.
class CHATROOM_EXPORT websocket_client final : public detail::client_handle {
  public:
    /// Connects to nothing yet. The context of `executor` outlives it.
    explicit websocket_client(const boost::asio::any_io_executor& executor,
                              const websocket_client_options& options = {});
};

}  // namespace chatroom

/// @cond
template <>
struct boost::system::is_error_code_enum<chatroom::websocket_error> : std::true_type {};
/// @endcond
