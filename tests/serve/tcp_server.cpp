// SPDX-License-Identifier: BSL-1.0
#include "room_fixture.hpp"

#include <chatroom/serve/tcp_server.hpp>

#include <netinet/tcp.h>
#include <sys/resource.h>

#include <future>
#include <initializer_list>
#include <iterator>
#include <list>

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;

namespace {

task<> echo(connection c)
{
    std::array<char, 1024> buffer;
    for (;;) {
        const auto [ec, n] = co_await c.stream.async_read_some(asio::buffer(buffer), asio::as_tuple(asio::deferred));
        if (ec) {
            co_return;
        }
        co_await asio::async_write(c.stream, asio::buffer(buffer, n), asio::as_tuple(asio::deferred));
    }
}

const asio::ip::tcp::endpoint loopback{asio::ip::address_v4::loopback(), 0};

/// Says which shard it is served by, and waits for the end.
task<> tell_shard(connection c)
{
    const auto words = std::to_string(c.shard_index) + "\n";
    co_await asio::async_write(c.stream, asio::buffer(words), asio::as_tuple(asio::deferred));
    std::array<char, 1> byte;
    co_await c.stream.async_read_some(asio::buffer(byte), asio::as_tuple(asio::deferred));
}

/// Runs a server on a thread of its own until the block ends.
struct running {
    explicit running(tcp_server& s, asio::io_context& i) : server{s}, io{i}
    {
        asio::co_spawn(io, server.run(), [this](std::exception_ptr) { ended = true; });
        thread = std::jthread{[this] { io.run(); }};
    }
    ~running() { server.stop(); }
    tcp_server& server;
    asio::io_context& io;
    std::atomic<bool> ended{false};
    std::jthread thread;
};

/// A server that deals people to its shards.
struct dealing {
    explicit dealing(const tcp_server_options& options) : server{io.get_executor(), tell_shard, options} {}

    void come_to(std::initializer_list<const char*> shards)
    {
        for (const auto* expected : shards) {
            BOOST_TEST(people.emplace_back(at).line() == expected);
        }
    }

    /// So many leave, from the first-th on.
    void leave(int first, int count)
    {
        const auto begin = std::next(people.begin(), first);
        people.erase(begin, std::next(begin, count));
        const auto left = 1 + people.size();  // the accept loop is a task
        manual_clock unused;
        BOOST_TEST(advance_until(unused, 0s, [&] { return server.tasks().size() == left; }));
    }

    asio::io_context io;
    tcp_server server;
    const asio::ip::tcp::endpoint at = server.listen(loopback);
    running r{server, io};
    std::list<test_client> people;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(serve_tcp_server)

BOOST_AUTO_TEST_CASE(your_coroutine_serves_each_connection)
{
    asio::io_context io;
    tcp_server server{io.get_executor(), echo, {.shards = 2}};
    const auto at = server.listen(loopback);
    BOOST_TEST(at.port() != 0);
    BOOST_TEST((server.endpoints() == std::vector{at}));
    running r{server, io};
    test_client ann{at};
    test_client bob{at};
    ann.say("ann\n");
    bob.say("bob\n");
    BOOST_TEST(bob.line() == "bob");
    BOOST_TEST(ann.line() == "ann");
}

BOOST_AUTO_TEST_CASE(connections_are_spread_evenly_and_who_leaves_makes_room)
{
    dealing d{{.shards = 3}};
    d.come_to({"0", "1", "2", "0", "1", "2"});
    d.leave(4, 1);
    d.come_to({"1", "0"});
}

BOOST_AUTO_TEST_CASE(a_shard_is_filled_before_the_next_is_given_any)
{
    dealing d{{.shards = 2, .connections_per_shard = 2}};
    d.come_to({"0", "0", "1", "1", "0", "1"});
    d.leave(0, 2);
    d.come_to({"0", "0", "0", "1"});
}

BOOST_AUTO_TEST_CASE(an_ordinary_awaitable_will_do_and_its_exception_is_reported)
{
    asio::io_context io;
    auto seen = std::make_shared<recording_observer>();
    std::string whose;
    std::string words;
    tcp_server_hooks hooks;
    hooks.error = [&](std::string_view where, const std::exception_ptr& what, const asio::ip::tcp::endpoint* peer) {
        if (whose.empty()) {
            whose = to_label(*peer);
            words = describe(what);
        }
        seen->error(where, {}, what);
    };
    tcp_server server{io.get_executor(),
                      [](connection) -> asio::awaitable<void> {
                          throw std::runtime_error{"bug in handler"};
                          co_return;
                      },
                      {},
                      hooks};
    running r{server, io};
    const auto at = server.listen(loopback);  // while it runs
    test_client ann{at};
    BOOST_TEST(ann.line() == "(end)");
    BOOST_TEST(seen->saw("error handler"));
    BOOST_TEST(whose == ann.label());
    BOOST_TEST(words == "bug in handler");
    test_client bob{at};
    BOOST_TEST(bob.line() == "(end)");
}

BOOST_AUTO_TEST_CASE(a_task_awaits_an_ordinary_awaitable_on_its_shard_with_its_result_and_its_exception)
{
    asio::io_context io;
    const auto ordinary = [](std::string words) -> asio::awaitable<std::string> {
        asio::steady_timer timer{co_await asio::this_coro::executor, 1ms};
        co_await timer.async_wait(asio::use_awaitable);
        if (words.empty()) {
            throw std::runtime_error{"nothing to say"};
        }
        co_return words + "\n";
    };
    bool on_shard = true;
    tcp_server server{io.get_executor(), [&](connection c) -> task<> {
                          const auto here = co_await asio::this_coro::executor;
                          const auto words =
                              co_await asio::co_spawn(co_await asio::this_coro::executor, ordinary("hello"), use_task);
                          on_shard = on_shard && here.running_in_this_thread();
                          co_await asio::async_write(c.stream, asio::buffer(words), asio::as_tuple(asio::deferred));
                          std::string failure;
                          try {
                              co_await asio::co_spawn(here, ordinary(""), use_task);
                          } catch (const std::runtime_error& e) {
                              failure = e.what() + std::string{"\n"};
                          }
                          on_shard = on_shard && here.running_in_this_thread();
                          co_await asio::async_write(c.stream, asio::buffer(failure), asio::as_tuple(asio::deferred));
                      }};
    const auto at = server.listen(loopback);
    running r{server, io};
    test_client ann{at};
    BOOST_TEST(ann.line() == "hello");
    BOOST_TEST(ann.line() == "nothing to say");
    BOOST_TEST(ann.line() == "(end)");
    BOOST_TEST(on_shard);
}

BOOST_AUTO_TEST_CASE(a_handler_that_returns_nothing_starts_what_it_wants)
{
    asio::io_context io;
    task_group served;
    tcp_server server{io.get_executor(), [served](connection c) {
                          const auto where = c.shard.get_executor();
                          served.spawn(where, echo(std::move(c)), [](std::exception_ptr) {});
                      }};
    const auto at = server.listen(loopback);
    running r{server, io};
    test_client ann{at};
    ann.say("x\n");
    BOOST_TEST(ann.line() == "x");
    BOOST_TEST(served.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_handler_may_stop_the_server)
{
    asio::io_context io;
    tcp_server* self = nullptr;
    tcp_server server{io.get_executor(), [&self](connection c) -> task<> {
                          self->stop();
                          auto rest = echo(std::move(c));
                          co_await std::move(rest);
                      }};
    self = &server;
    const auto at = server.listen(loopback);
    running r{server, io};
    test_client ann{at};
    ann.say("still served\n");
    BOOST_TEST(ann.line() == "still served");
    BOOST_CHECK_THROW(test_client{at}, boost::system::system_error);
    BOOST_TEST(!r.ended);
    ann.socket().close();
    r.thread.join();
    BOOST_TEST(r.ended);
}

BOOST_AUTO_TEST_CASE(a_peer_that_is_not_verified_is_closed_and_so_is_one_too_many)
{
    asio::io_context io;
    std::atomic<int> asked{0};
    auto seen = std::make_shared<recording_observer>();
    tcp_server_hooks hooks;
    hooks.verify = [&asked](const asio::ip::tcp::endpoint&) { return ++asked != 1; };
    hooks.turned_away = [seen](const asio::ip::tcp::endpoint&, error_code) {
        seen->refused("", disconnect_reason::no_descriptors);
    };
    tcp_server server{io.get_executor(), echo, {.max_connections = 1}, hooks};
    const auto at = server.listen(loopback);
    running r{server, io};
    BOOST_TEST(test_client{at}.line() == "(end)");
    test_client ann{at};
    ann.say("in\n");
    BOOST_TEST(ann.line() == "in");
    BOOST_TEST(test_client{at}.line() == "(end)");
    BOOST_TEST(seen->saw("refused no_descriptors"));
}

BOOST_AUTO_TEST_CASE(accepted_sockets_inherit_the_options_of_the_listening_one)
{
    asio::io_context io;
    std::promise<std::array<int, 6>> found;
    tcp_server server{io.get_executor(), [&found](connection c) -> task<> {
                          std::array<int, 6> values{};
                          socklen_t size = sizeof(int);
                          const int fd = c.stream.native_handle();
                          ::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &values[0], &size);
                          ::getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &values[1], &size);
                          ::getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &values[2], &size);
                          ::getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &values[3], &size);
                          ::getsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &values[4], &size);
                          ::getsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &values[5], &size);
                          found.set_value(values);
                          co_return;
                      }};
    const auto at = server.listen(loopback);
    running r{server, io};
    test_client ann{at};
    BOOST_TEST(found.get_future().get() == (std::array{1, 1, 120'000, 60, 15, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_listener_serves_both_families_and_a_mapped_peer_is_v4)
{
    asio::io_context io;
    std::promise<std::string> label;
    tcp_server server{io.get_executor(), [&label](connection c) -> task<> {
                          label.set_value(to_label(c.peer));
                          co_return;
                      }};
    const auto at = server.listen({asio::ip::address_v6::any(), 0});
    running r{server, io};
    test_client ann{{asio::ip::address_v4::loopback(), at.port()}};
    BOOST_TEST(label.get_future().get() == ann.label());
    BOOST_TEST(ann.label().starts_with("127.0.0.1:"));
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_an_error)
{
    asio::io_context io;
    tcp_server one{io.get_executor(), echo};
    tcp_server two{io.get_executor(), echo};
    const auto at = one.listen(loopback);
    BOOST_CHECK_THROW(two.listen(at), boost::system::system_error);
}

BOOST_AUTO_TEST_CASE(without_descriptors_callers_are_turned_away_and_served_again_when_some_come_back)
{
    asio::io_context io;
    auto seen = std::make_shared<recording_observer>();
    tcp_server_hooks hooks;
    hooks.turned_away = [seen](const asio::ip::tcp::endpoint&, error_code) {
        seen->refused("", disconnect_reason::no_descriptors);
    };
    tcp_server server{io.get_executor(), echo, {}, hooks};
    const auto at = server.listen(loopback);
    running r{server, io};
    test_client early{at};
    early.say("x\n");
    BOOST_TEST(early.line() == "x");
    test_client caller{at};  // its own descriptors are open; from here on there are no more
    caller.say("y\n");
    BOOST_TEST(caller.line() == "y");
    test_client late{at};
    late.say("z\n");
    BOOST_TEST(late.line() == "z");
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    asio::io_context other;
    asio::ip::tcp::socket socket{other, asio::ip::tcp::v4()};
    auto none = before;
    none.rlim_cur = static_cast<rlim_t>(socket.native_handle());  // lower than any free one
    ::setrlimit(RLIMIT_NOFILE, &none);
    socket.connect(at);
    const bool turned = seen->saw("refused no_descriptors");
    ::setrlimit(RLIMIT_NOFILE, &before);
    BOOST_TEST(turned);
    test_client again{at};
    again.say("back\n");
    BOOST_TEST(again.line() == "back");
}

BOOST_AUTO_TEST_CASE(a_server_may_be_stopped_before_it_runs_and_destroyed_before_its_context)
{
    asio::io_context io;
    {
        tcp_server server{io.get_executor(), echo};
        server.listen(loopback);
        server.stop();
        bool ended = false;
        asio::co_spawn(io, server.run(), [&ended](std::exception_ptr) { ended = true; });
        io.run();
        BOOST_TEST(ended);
    }
    auto context = std::make_unique<asio::io_context>();
    auto server = std::make_unique<tcp_server>(context->get_executor(), echo);
    const auto at = server->listen(loopback);
    asio::co_spawn(*context, server->run(), asio::detached);
    test_client ann{at};
    ann.say("x\n");
    for (int i = 0; i < 10; ++i) {
        context->run_one_for(10ms);
    }
    server.reset();
    context.reset();  // with the frames of the accept loop and of the handler in it
}

BOOST_AUTO_TEST_SUITE_END()
