// SPDX-License-Identifier: BSL-1.0
// Somebody else's program that serves browsers.
#include <chatroom/web.hpp>

int main()
{
    const chatroom::web_service web{chatroom::room{{.name = "lobby"}}};
    return web.wire().make_protocol ? 0 : 1;
}
