// SPDX-License-Identifier: BSL-1.0
#include "web.hpp"

#include <utility>

namespace server {

std::string_view missing_web_packages() noexcept
{
    return CHATROOM_MISSING_WEB_PACKAGES;
}

web open_web(const rooms& /*all*/, const chatroom::web_options& /*o*/, chatroom::tcp_wire below)
{
    return {std::move(below), {}, {}};
}

}  // namespace server
