// SPDX-License-Identifier: BSL-1.0
// What a header lets any thread destroy at any time is destroyed while callers arrive. The sanitizers see what a
// handler touches that is gone.
#include "udp_room_fixture.hpp"

#include <chatroom/serve/tcp_server.hpp>
#include <chatroom/serve/udp_server.hpp>

using namespace chatroom;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

constexpr int rounds = 150;
constexpr std::size_t shards = 3;

// An address that no other test has: the callers go on calling a server that is gone, and its port may be another's.
const asio::ip::address_v4 here{0x7f000707};

/// Two threads that connect to the latest server, say a word, and reset the connection; and send it a heartbeat.
class callers {
  public:
    callers()
    {
        for (auto& thread : threads_) {
            thread = std::jthread{[this](const std::stop_token& stop) {
                while (!stop.stop_requested()) {
                    call();
                }
            }};
        }
    }

    void go_to(std::uint16_t port) noexcept { port_ = port; }

  private:
    void call()
    {
        const std::uint16_t port = port_;
        boost::system::error_code ignored;
        asio::ip::udp::socket datagrams{io_, asio::ip::udp::v4()};
        datagrams.send_to(asio::buffer("#ping#", 6), {here, port}, 0, ignored);
        asio::ip::tcp::socket socket{io_};
        socket.connect({here, port}, ignored);
        if (!ignored) {
            socket.send(asio::buffer("hello\n", 6), 0, ignored);
            socket.set_option(asio::socket_base::linger{true, 0}, ignored);
        }
    }

    asio::io_context io_;
    std::atomic<std::uint16_t> port_{1};
    std::array<std::jthread, 2> threads_;
};

/// Makes a server on a pool of threads, has callers come, and destroys it after a few of them, again and again.
template <typename Make>
void destroy_while_callers_arrive(Make make)
{
    asio::thread_pool pool{shards};
    callers some;
    std::atomic<int> ended{0};
    for (int round = 0; round < rounds; ++round) {
        auto server = make(pool.get_executor());
        some.go_to(server->listen({here, 0}).port());
        asio::co_spawn(pool, server->run(), [&ended](std::exception_ptr) { ++ended; });
        std::this_thread::sleep_for(2ms);  // any moment will do: what is tried is that none is wrong
        server.reset();
    }
    pool.join();
    BOOST_TEST(ended == rounds);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(embed_destroyed_under_load)

BOOST_AUTO_TEST_CASE(a_room_over_tcp)
{
    tcp_room_options options;
    options.server.shards = shards;
    options.server.connections_per_shard = 0;
    destroy_while_callers_arrive(
        [&options](const auto& executor) { return std::make_unique<tcp_room>(executor, room{}, options); });
}

BOOST_AUTO_TEST_CASE(a_room_over_udp)
{
    udp_room_options options;
    options.server.shards = shards;
    destroy_while_callers_arrive(
        [&options](const auto& executor) { return std::make_unique<udp_room>(executor, room{}, options); });
}

BOOST_AUTO_TEST_CASE(a_tcp_server)
{
    const auto serve = [](connection accepted) -> task<> {
        std::array<char, 16> bytes;
        auto reading = accepted.stream.async_read_some(asio::buffer(bytes), asio::as_tuple(use_task));
        co_await std::move(reading);
    };
    destroy_while_callers_arrive([&serve](const auto& executor) {
        return std::make_unique<tcp_server>(executor, serve, tcp_server_options{.shards = shards});
    });
}

BOOST_AUTO_TEST_CASE(a_udp_server)
{
    const auto echo = [](const receive_batch& received, send_batch& answers) {
        for (std::size_t i = 0; i < received.size(); ++i) {
            answers.add(received[i].sender, received[i].local, received[i].bytes);
        }
    };
    destroy_while_callers_arrive([&echo](const auto& executor) {
        return std::make_unique<udp_server>(executor, echo, udp_server_options{.shards = shards});
    });
}

BOOST_AUTO_TEST_SUITE_END()
