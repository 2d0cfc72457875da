// SPDX-License-Identifier: BSL-1.0
#include "udp_room_fixture.hpp"

#include <chatroom/serve/udp_server.hpp>

#include <fcntl.h>
#include <netinet/in.h>

#include <utility>

using namespace chatroom;
using namespace std::chrono_literals;

namespace {

const asio::ip::udp::endpoint loopback{asio::ip::address_v4::loopback(), 0};

void echo(const receive_batch& batch, send_batch& answers)
{
    for (std::size_t i = 0; i < batch.size(); ++i) {
        answers.add(batch[i].sender, batch[i].local, batch[i].bytes);
    }
}

/// Runs a server on a thread of its own until the block ends.
struct running {
    running(udp_server& s, asio::io_context& io) : server{s}
    {
        asio::co_spawn(io, server.run(), [this](std::exception_ptr) { ended = true; });
        thread = std::jthread{[&io] { io.run(); }};
    }
    ~running() { server.stop(); }
    udp_server& server;
    std::atomic<bool> ended{false};
    std::jthread thread;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(serve_udp_server)

BOOST_AUTO_TEST_CASE(your_handler_answers_a_batch_of_datagrams_on_whatever_shard_they_come_to)
{
    asio::io_context io;
    udp_server server{io.get_executor(), echo, {.shards = 3}};
    const auto at = server.listen(loopback);
    BOOST_TEST(at.port() != 0);
    BOOST_TEST((server.endpoints() == std::vector{at}));
    running r{server, io};
    for (int i = 0; i < 30; ++i) {
        udp_test_client one{at};
        one.say("word " + std::to_string(i));
        BOOST_TEST(one.hear() == "word " + std::to_string(i));
        one.say("");
        BOOST_TEST(one.hear() == "");
    }
}

BOOST_AUTO_TEST_CASE(a_wildcard_address_answers_from_the_address_that_it_was_reached_at)
{
    for (const auto* wildcard : {"0.0.0.0", "::"}) {
        asio::io_context io;
        udp_server server{io.get_executor(), echo};
        const auto port = server.listen({asio::ip::make_address(wildcard), 0}).port();
        running r{server, io};
        // A connected socket takes an answer from nowhere else.
        udp_test_client one{{asio::ip::make_address("127.0.0.3"), port}};
        one.say("hello");
        BOOST_TEST(one.hear() == "hello");
    }
}

BOOST_AUTO_TEST_CASE(a_second_server_is_told_that_the_address_is_in_use_though_shards_share_it)
{
    asio::io_context io;
    udp_server first{io.get_executor(), echo, {.shards = 2}};
    const auto at = first.listen(loopback);
    udp_server second{io.get_executor(), echo, {.shards = 2}};
    BOOST_CHECK_EXCEPTION(second.listen(at), boost::system::system_error,
                          [](const auto& e) { return e.code() == asio::error::address_in_use; });
}

BOOST_AUTO_TEST_CASE(stop_from_within_a_handler_ends_the_run_and_frees_the_address)
{
    asio::io_context io;
    udp_server* itself = nullptr;
    udp_server server{io.get_executor(), [&](const receive_batch&, send_batch&) { itself->stop(); }, {.shards = 2}};
    itself = &server;
    const auto at = server.listen(loopback);
    bool ended = false;
    asio::co_spawn(io, server.run(), [&](std::exception_ptr) { ended = true; });
    udp_test_client one{at};
    one.say("enough");
    io.run();
    BOOST_TEST(ended);
    udp_server next{io.get_executor(), echo};
    BOOST_TEST((next.listen(at) == at));
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_is_reported_and_the_server_goes_on)
{
    asio::io_context io;
    std::atomic<int> reported{0};
    udp_server_hooks hooks;
    hooks.error = [&](std::string_view, const std::exception_ptr&) { ++reported; };
    udp_server server{io.get_executor(),
                      [thrown = false](const receive_batch& batch, send_batch& answers) mutable {
                          if (!std::exchange(thrown, true)) {
                              throw std::bad_alloc{};
                          }
                          echo(batch, answers);
                      },
                      {},
                      hooks};
    const auto at = server.listen(loopback);
    running r{server, io};
    udp_test_client one{at};
    one.say("first");
    while (reported == 0) {
        std::this_thread::yield();
    }
    one.say("second");
    BOOST_TEST(one.hear() == "second");
    BOOST_TEST(reported == 1);
}

BOOST_AUTO_TEST_CASE(a_bound_socket_is_adopted_and_another_kind_is_refused_and_closed)
{
    asio::io_context io;
    asio::ip::udp::socket outside{io, loopback};
    const auto at = outside.local_endpoint();
    udp_server server{io.get_executor(), echo};
    BOOST_TEST((server.adopt(outside.release()) == at));
    running r{server, io};
    udp_test_client one{at};
    one.say("hello");
    BOOST_TEST(one.hear() == "hello");
    asio::ip::tcp::socket other{io, asio::ip::tcp::v4()};
    const int descriptor = other.release();
    BOOST_CHECK_THROW(server.adopt(descriptor), boost::system::system_error);
    BOOST_TEST(::fcntl(descriptor, F_GETFD) == -1);
}

BOOST_AUTO_TEST_CASE(what_the_kernel_drops_for_want_of_a_buffer_is_told)
{
    asio::io_context io;
    std::uint64_t dropped = 0;
    udp_server_hooks hooks;
    hooks.receive_overflow = [&](std::uint64_t more) { dropped += more; };
    std::size_t received = 0;
    udp_server server{io.get_executor(),
                      [&](const receive_batch& batch, send_batch&) { received += batch.size(); },
                      {.receive_buffer = 4096},
                      hooks};
    const auto at = server.listen(loopback);
    asio::co_spawn(io, server.run(), asio::detached);
    udp_test_client one{at};
    constexpr std::size_t sent = 200;
    for (std::size_t i = 0; i < sent; ++i) {
        one.say("too many, with nobody reading");
    }
    io.poll();
    one.say("the count comes with the next that arrives");
    while (received + dropped < sent + 1) {
        BOOST_REQUIRE(io.run_one_for(10s) == 1u);
    }
    BOOST_TEST(dropped > 0u);
    BOOST_TEST(received + dropped == sent + 1);
    server.stop();
    io.run();
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(serve_datagrams)

BOOST_AUTO_TEST_CASE(any_socket_of_asios_sends_and_receives_in_batches)
{
    asio::io_context io;
    asio::ip::udp::socket here{io, loopback};
    asio::ip::udp::socket there{io, loopback};
    receive_batch received{16, 8};
    send_batch batch;
    batch.add(there.local_endpoint(), {}, "one");
    batch.add(there.local_endpoint(), {}, "two", " halves");
    batch.add(there.local_endpoint(), {}, "longer than sixteen bytes");
    batch.add({asio::ip::make_address("255.255.255.255"), 9}, {}, "not allowed");
    batch.add(there.local_endpoint(), {}, "last");
    error_code sent = asio::error::fault;
    async_send(here, batch, [&](error_code ec) { sent = ec; });
    std::vector<std::string> heard;
    async_receive(there, received, [&](error_code ec, std::size_t n) {
        BOOST_TEST(!ec);
        for (std::size_t i = 0; i < n; ++i) {
            BOOST_TEST((received[i].sender == here.local_endpoint()));
            heard.push_back(std::string{received[i].bytes} + (received[i].truncated ? "…" : ""));
        }
    });
    io.run();
    BOOST_TEST(!sent);
    BOOST_TEST(batch.done());
    BOOST_TEST(batch.skipped() == 1u);
    BOOST_TEST((batch.skipped_why() == boost::system::errc::permission_denied));
    BOOST_TEST(heard == (std::vector<std::string>{"one", "two halves", "longer than sixt…", "last"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_icmp_error_of_one_peer_is_not_taken_for_anothers)
{
    asio::io_context io;
    asio::ip::udp::socket here{io, loopback};
    asio::ip::udp::socket there{io, loopback};
    asio::ip::udp::socket closed{io, loopback};
    const auto nobody = closed.local_endpoint();
    closed.close();
    const int on = 1;
    BOOST_REQUIRE(::setsockopt(here.native_handle(), IPPROTO_IP, IP_RECVERR, &on, sizeof on) == 0);
    send_batch batch;
    const std::vector<std::string> words{"one", "two", "three"};
    for (const auto& word : words) {
        batch.add(nobody, {}, "anybody there?");  // its error is told to the next
        batch.add(there.local_endpoint(), {}, word);
    }
    BOOST_TEST(!batch.send(here.native_handle()));
    BOOST_TEST(batch.done());
    BOOST_TEST(batch.skipped() == 0u);
    receive_batch received;
    error_code ec;
    BOOST_REQUIRE(received.receive(there.native_handle(), ec) == words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
        BOOST_TEST(received[i].bytes == words[i]);
    }
}

BOOST_AUTO_TEST_CASE(closing_the_socket_ends_what_waits_on_it)
{
    asio::io_context io;
    asio::ip::udp::socket here{io, loopback};
    receive_batch received;
    error_code got;
    async_receive(here, received, [&](error_code ec, std::size_t) { got = ec; });
    io.poll();
    here.close();
    io.run();
    BOOST_TEST(got == asio::error::operation_aborted);
}

BOOST_AUTO_TEST_CASE(an_open_handler_may_ask_its_server)
{
    asio::io_context io;
    udp_server* self = nullptr;
    std::size_t seen = 1;
    udp_server server{io.get_executor(), [&](const std::shared_ptr<udp_port>&) {
                          seen = self->endpoints().size();
                          return [](const receive_batch&, send_batch&) {};
                      }};
    self = &server;
    server.listen({asio::ip::address_v4::loopback(), 0});
    BOOST_TEST(seen == 0u);
    BOOST_TEST(server.endpoints().size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
