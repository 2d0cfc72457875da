// SPDX-License-Identifier: BSL-1.0
#include "connection.hpp"

#include <chatroom/tcp_client.hpp>
#include <chatroom/udp_client.hpp>

namespace client {

std::unique_ptr<connection> make_connection(const boost::asio::any_io_executor& executor, transport over)
{
    if (over == transport::udp) {
        return std::make_unique<connection_by<chatroom::udp_client>>(executor);
    }
    return std::make_unique<connection_by<chatroom::tcp_client>>(executor);
}

}  // namespace client
