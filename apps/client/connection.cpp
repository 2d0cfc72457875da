// SPDX-License-Identifier: BSL-1.0
#include "connection.hpp"

#include <chatroom/tcp_client.hpp>

#include <stdexcept>

namespace client {

bool can_go(transport over) noexcept
{
    return over == transport::tcp;
}

std::unique_ptr<connection> make_connection(const boost::asio::any_io_executor& executor, transport over)
{
    if (!can_go(over)) {
        throw std::invalid_argument("rooms over UDP can't be reached by this version yet; use tcp://");
    }
    return std::make_unique<connection_by<chatroom::tcp_client>>(executor);
}

}  // namespace client
