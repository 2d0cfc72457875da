// SPDX-License-Identifier: BSL-1.0
#include "websocket.hpp"

namespace client {
namespace {

std::string remedy(int why)
{
    using chatroom::websocket_error;
    switch (static_cast<websocket_error>(why)) {
    case websocket_error::no_websocket: return "write tcp:// to go there by the text protocol";
    case websocket_error::cut_off: return "with wss:// in front if TLS is spoken there";
    case websocket_error::wrong_accept:
    case websocket_error::violation:
    case websocket_error::wrong_answer:
    case websocket_error::no_ping:
    case websocket_error::refused: break;
    }
    return {};
}

}  // namespace

std::string_view missing_web_packages() noexcept
{
    return {};
}

std::unique_ptr<chatroom::client> make_websocket_client(const boost::asio::any_io_executor& executor,
                                                        const chatroom::websocket_client_options& how)
{
    return std::make_unique<chatroom::websocket_client>(executor, how);
}

std::string websocket_advice(const chatroom::error_code& why)
{
    if (why.category() != chatroom::websocket_category()) {
        return {};
    }
    const auto what = remedy(why.value());
    return why.message() + (what.empty() ? "" : "; " + what);
}

}  // namespace client
