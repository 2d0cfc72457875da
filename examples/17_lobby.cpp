// SPDX-License-Identifier: BSL-1.0
// A game's lobby: players have names, a greeting of their own and a list of who is here; they may be thrown out, and
// must mind their language. (Two that ask for a name at once may both get it: 24_own_names.cpp keeps that apart.)
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <algorithm>
#include <functional>
#include <iostream>
#include <string>

namespace asio = boost::asio;
using chatroom::member;
using chatroom::submission;

submission filter(const member&, std::string_view text)
{
    return text.find("darn") == text.npos ? submission::pass() : submission::refuse("mind your language");
}

void greet(const member& who)
{
    (void)who.send("welcome: /name NAME, /list, /kick NAME");
}

struct lobby {
    asio::awaitable<void> obey(member from, std::string line)
    {
        const auto verb = line.substr(0, line.find(' '));
        const auto name = line.substr(std::min(verb.size() + 1, line.size()));
        if (verb == "/list") {
            auto listing = room.list();
            for (const auto& one : co_await std::move(listing)) {
                (void)from.send(one.sender());
            }
            co_return;
        }
        auto finding = room.find(name);
        const auto found = co_await std::move(finding);
        if (verb == "/name") {
            (void)from.send(found || from.rename(name) ? "no: " + name : "you are " + name);
        } else if (verb == "/kick") {
            (void)(found ? found.disconnect("thrown out by " + from.sender()) : from.send("nobody is called " + name));
        }
    }

    chatroom::room room{
        {}, nullptr, {.submit = filter, .command = std::bind_front(&lobby::obey, this), .joined = greet}};
};

int main()
{
    asio::io_context io;
    lobby game;
    chatroom::tcp_room tcp{io.get_executor(), game.room};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::co_spawn(io, tcp.run(), asio::detached);
    io.run();
}
