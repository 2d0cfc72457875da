// SPDX-License-Identifier: BSL-1.0
#include "web.hpp"

#include <utility>

namespace server {

std::string_view missing_web_packages() noexcept
{
    return {};
}

web open_web(const rooms& all, const chatroom::web_options& o, chatroom::tcp_wire below)
{
    auto service = all.directory ? chatroom::web_service{*all.directory, o} : chatroom::web_service{all.entry, o};
    auto wire = service.wire(std::move(below));
    return {std::move(wire), [service](const chatroom::web_options& now) mutable { service.set_options(now); },
            [service] { return service.answers(); }};
}

}  // namespace server
