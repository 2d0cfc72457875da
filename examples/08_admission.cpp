// SPDX-License-Identifier: BSL-1.0
// Who may come in is yours to say, and you may take your time: here the answer comes from another coroutine.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <iostream>
#include <string>

namespace asio = boost::asio;

asio::awaitable<bool> is_welcome(std::string address)
{
    asio::steady_timer database{co_await asio::this_coro::executor, std::chrono::milliseconds{20}};
    co_await database.async_wait(asio::use_awaitable);
    co_return !address.starts_with("127.0.0.2:");
}

asio::awaitable<chatroom::admission_verdict> admit(std::string address, chatroom::transport)
{
    auto asking = is_welcome(std::move(address));
    const bool welcome = co_await std::move(asking);
    if (!welcome) {
        co_return chatroom::admission_verdict::refuse("come back tomorrow");
    }
    co_return chatroom::admission_verdict::admit();
}

int main()
{
    asio::io_context io;
    chatroom::room room{{}, nullptr, {.admit = admit}};
    chatroom::tcp_room tcp{io.get_executor(), room};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::co_spawn(io, tcp.run(), asio::detached);
    io.run();
}
