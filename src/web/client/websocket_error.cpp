// SPDX-License-Identifier: BSL-1.0
#include <chatroom/websocket_client.hpp>

namespace chatroom {
namespace {

std::string_view sentence(int value) noexcept
{
    switch (static_cast<websocket_error>(value)) {
    case websocket_error::no_websocket: return "no HTTP is spoken there, so no WebSocket";
    case websocket_error::wrong_accept: return "what answers there is no WebSocket server";
    case websocket_error::cut_off: return "the server closed the connection before it let us in";
    case websocket_error::violation: return "the server broke a rule of WebSocket";
    case websocket_error::wrong_answer: return "the server broke a rule of the JSON protocol";
    case websocket_error::no_ping: return "nothing came from the server for too long";
    case websocket_error::refused: return "the server let us into no room";
    }
    switch (value) {
    case 400: return "the server did not understand the request (400)";
    case 403: return "the server takes no WebSocket from here (403)";
    case 404: return "the server has no WebSocket at that path (404)";
    case 421: return "the server does not know itself by that name: its --host names more (421)";
    case 1000:
    case 1005: return "the server closed the connection";
    case 1001: return "the server went away (1001)";
    case 1002: return "the server found a violation of WebSocket (1002)";
    case 1009: return "the server found a message too long (1009)";
    case 3000: return "the connection was closed in the middle (3000)";
    case 3001: return "the server stopped (3001)";
    case 3004: return "the server had an error (3004)";
    case 3008: return "the server found us too slow (3008)";
    case 3012: return "the server missed our answers to its pings (3012)";
    case 3501: return "the server did not understand what we sent (3501)";
    case 3502: return "we came in too late (3502)";
    case 3503: return "we were removed (3503)";
    case 3507: return "we were not admitted (3507)";
    default: return {};
    }
}

// error_category has no virtual destructor, and is destroyed by nobody that knows the base alone.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class category final : public boost::system::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "chatroom.websocket"; }
    [[nodiscard]] std::string message(int value) const override
    {
        if (const auto known = sentence(value); !known.empty()) {
            return std::string{known};
        }
        return value < 1000 ? "the server answered with HTTP status " + std::to_string(value)
                            : "the server closed the connection with code " + std::to_string(value);
    }
};
#pragma GCC diagnostic pop

}  // namespace

const boost::system::error_category& websocket_category() noexcept
{
    static const category only;
    return only;
}

error_code make_error_code(websocket_error what) noexcept
{
    return {static_cast<int>(what), websocket_category()};
}

}  // namespace chatroom
