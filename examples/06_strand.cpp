// SPDX-License-Identifier: BSL-1.0
// All on one strand of a pool: what the observer is told comes there too, and state of yours there needs no lock.
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <iostream>
#include <set>
#include <string>

namespace asio = boost::asio;

class attendance : public chatroom::observer {
  public:
    void joined(chatroom::member_id, std::string_view address) override
    {
        here_.emplace(address);
        std::cout << here_.size() << " here" << std::endl;
    }
    void left(chatroom::member_id, std::string_view address, chatroom::disconnect_reason) override
    {
        here_.erase(std::string{address});
        std::cout << here_.size() << " here" << std::endl;
    }

  private:
    std::set<std::string> here_;
};

int main()
{
    asio::thread_pool pool{4};
    const auto strand = asio::make_strand(pool);
    chatroom::tcp_room tcp{strand, chatroom::room{{}, std::make_shared<attendance>()}};
    std::cout << "listening " << tcp.listen({asio::ip::address_v4::loopback(), 0}) << std::endl;
    asio::signal_set signals{strand, SIGTERM};
    signals.async_wait([&](auto, auto) { tcp.stop(); });
    asio::co_spawn(strand, tcp.run(), asio::detached);
    pool.join();
}
