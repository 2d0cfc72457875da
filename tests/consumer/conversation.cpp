// SPDX-License-Identifier: BSL-1.0
// Somebody else's program that embeds a conversation.
#include <chatroom/conversation.hpp>

#include <boost/asio/io_context.hpp>

int main()
{
    boost::asio::io_context io;
    const chatroom::conversation talk{io.get_executor()};
    return talk.rooms() == 1 && !talk.find("nobody") && talk.find_room("LOBBY") ? 0 : 1;
}
