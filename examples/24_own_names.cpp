// SPDX-License-Identifier: BSL-1.0
// A room whose names the program keeps: a name is one member's from the moment it asks, on whatever strand that is, and
// free again once that member has left.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <mutex>
#include <string>

namespace asio = boost::asio;
using chatroom::member;

struct own_names {
    asio::awaitable<void> obey(const member& from, const std::string& line)
    {
        const auto name = line.substr(std::min(line.size(), line.find(' ') + 1));
        const bool taken = line.starts_with("/name ") && take(from, name);
        (void)from.send(taken ? "you are " + name : "no: " + name);
        return {};  // there is nothing to wait for
    }

    bool take(const member& who, const std::string& name)
    {
        const std::scoped_lock lock{mutex};
        if (holders.contains(name) || who.rename(name)) {
            return false;
        }
        release(who);
        holders.emplace(name, who.id());
        return true;
    }

    void release(const member& who)
    {
        std::erase_if(holders, [&](const auto& one) { return one.second == who.id(); });
    }

    void left(const member& who, chatroom::disconnect_reason)
    {
        const std::scoped_lock lock{mutex};
        release(who);
    }

    std::mutex mutex;  // members are on several strands
    std::map<std::string, chatroom::member_id> holders;
    chatroom::room_policy rules{.command = std::bind_front(&own_names::obey, this),
                                .left = std::bind_front(&own_names::left, this)};
    chatroom::room room{{}, nullptr, rules};
};

int main()
{
    asio::io_context io;
    own_names names;
    chatroom::tcp_room tcp{io.get_executor(), names.room};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::co_spawn(io, tcp.run(), asio::detached);
    io.run();
}
