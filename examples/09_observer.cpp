// SPDX-License-Identifier: BSL-1.0
// What happens in the room, as plain calls: for a log of yours, or for metrics.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <iostream>
#include <syncstream>

namespace asio = boost::asio;

// Calls come from any shard, several at the same time: what they share is guarded, here by osyncstream.
class journal : public chatroom::observer {
    void joined(chatroom::member_id member, std::string_view address) override
    {
        line() << "joined " << member << ' ' << address << std::endl;
    }
    void left(chatroom::member_id member, std::string_view, chatroom::disconnect_reason why) override
    {
        line() << "left " << member << ' ' << to_string(why) << std::endl;
    }
    void refused(std::string_view, chatroom::disconnect_reason why) override
    {
        line() << "refused " << to_string(why) << std::endl;
    }
    void dropped(chatroom::member_id member, chatroom::error_code why) override
    {
        line() << "dropped " << member << ' ' << why.message() << std::endl;
    }
    void error(std::string_view where, std::string_view address, const std::exception_ptr& what) override
    {
        line() << "error " << where << ' ' << address << ' ' << chatroom::describe(what) << std::endl;
    }

    static std::osyncstream line() { return std::osyncstream{std::cout}; }
};

int main()
{
    asio::io_context io;
    const chatroom::room room{{}, std::make_shared<journal>()};
    chatroom::tcp_room tcp{io.get_executor(), room, {.members = {.max_members = 1}}};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::co_spawn(io, tcp.run(), asio::detached);
    io.run();
}
