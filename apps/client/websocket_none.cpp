// SPDX-License-Identifier: BSL-1.0
#include "websocket.hpp"

namespace client {

std::string_view missing_web_packages() noexcept
{
    return CHATROOM_MISSING_WEB_PACKAGES;
}

std::unique_ptr<chatroom::client> make_websocket_client(const boost::asio::any_io_executor& /*executor*/,
                                                        const chatroom::websocket_client_options& /*how*/)
{
    return {};
}

std::string websocket_advice(const chatroom::error_code& /*why*/)
{
    return {};
}

}  // namespace client
