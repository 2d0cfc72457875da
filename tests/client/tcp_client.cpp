// SPDX-License-Identifier: BSL-1.0
#include "../../src/happy_eyeballs.hpp"
#include "room_fixture.hpp"

#include <chatroom/tcp_client.hpp>

#include <boost/asio/use_future.hpp>

#include <future>
#include <list>

using namespace chatroom;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

const tcp::endpoint anywhere{asio::ip::address_v4::loopback(), 0};

/// A server that a test plays: one thread runs the client's side.
struct stage {
    asio::io_context io;
    tcp::acceptor acceptor{io, anywhere};
    tcp_client client;

    explicit stage(const tcp_client_options& options = {}) : client{io.get_executor(), options} {}
    ~stage()
    {
        asio::post(io, [this] {
            client.close();
            work.reset();
        });
    }

    template <typename T>
    T await(asio::awaitable<T> what)
    {
        return asio::co_spawn(io, std::move(what), asio::use_future).get();
    }

    tcp::socket accept()
    {
        await(client.connect("127.0.0.1", std::to_string(acceptor.local_endpoint().port())));
        return acceptor.accept();
    }

    std::string hear()
    {
        const auto heard = await(client.receive());
        return heard ? heard->sender + "|" + heard->text : "(end)";
    }

    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    std::jthread runner{[this] { io.run(); }};
};

// No exception crosses threads here: the thread sanitizer does not see what orders that.
asio::awaitable<error_code> connected(tcp_client* client, std::string port)
{
    try {
        auto connecting = client->connect("127.0.0.1", std::move(port));
        co_await std::move(connecting);
    } catch (const boost::system::system_error& e) {
        co_return e.code();
    }
    co_return error_code{};
}

/// Addresses that answer, refuse, and keep silent.
struct addresses {
    asio::io_context io;
    tcp::acceptor open{io, anywhere};
    tcp::acceptor full{io, anywhere.protocol()};
    std::list<tcp::socket> fill;

    addresses()
    {
        full.bind(anywhere);
        full.listen(0);
        fill.emplace_back(io).connect(full.local_endpoint());  // then what knocks gets no answer
    }

    [[nodiscard]] tcp::endpoint refusing()
    {
        tcp::acceptor gone{io, anywhere};
        return gone.local_endpoint();
    }

    // What becomes of a race, and to which port.
    std::pair<error_code, unsigned> race(std::vector<tcp::endpoint> to, std::chrono::milliseconds delay)
    {
        const auto race = std::make_shared<happy_eyeballs>(io.get_executor());
        auto result = asio::co_spawn(io, happy_eyeballs::run(race, std::move(to), delay), asio::use_future);
        io.restart();
        io.run();
        const auto ec = result.get();
        return {ec, ec ? 0u : race->winner().remote_endpoint().port()};
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(connecting)

BOOST_AUTO_TEST_CASE(an_address_that_refuses_gives_way_to_the_next_at_once)
{
    addresses at;
    const auto [ec, port] = at.race({at.refusing(), at.refusing(), at.open.local_endpoint()}, 1h);
    BOOST_TEST(!ec);
    BOOST_TEST(port == at.open.local_endpoint().port());
}

BOOST_AUTO_TEST_CASE(an_address_that_keeps_silent_is_overtaken_by_the_next)
{
    addresses at;
    const auto [ec, port] = at.race({at.full.local_endpoint(), at.open.local_endpoint()}, 10ms);
    BOOST_TEST(!ec);
    BOOST_TEST(port == at.open.local_endpoint().port());
}

BOOST_AUTO_TEST_CASE(when_all_have_failed_the_error_is_one_that_tells)
{
    addresses at;
    const tcp::endpoint nowhere{asio::ip::make_address("2001:db8::1"), 9};
    const auto [ec, port] = at.race({nowhere, at.refusing()}, 1h);
    BOOST_TEST(ec == asio::error::connection_refused);
    BOOST_TEST(port == 0u);
}

BOOST_AUTO_TEST_CASE(closing_ends_it)
{
    addresses at;
    const auto race = std::make_shared<happy_eyeballs>(at.io.get_executor());
    auto result = asio::co_spawn(at.io, happy_eyeballs::run(race, {at.full.local_endpoint()}, 1h), asio::use_future);
    asio::post(at.io, [race] { race->close(); });
    at.io.run();
    BOOST_TEST(result.get() == asio::error::operation_aborted);
}

BOOST_AUTO_TEST_CASE(a_server_that_keeps_silent_is_given_up_after_the_connect_time)
{
    addresses at;
    stage s{{.connect_timeout = 50ms}};
    const auto port = std::to_string(at.full.local_endpoint().port());
    BOOST_TEST(s.await(connected(&s.client, port)) == boost::system::errc::timed_out);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(hearing)

BOOST_AUTO_TEST_CASE(messages_are_heard_in_order_and_the_end_is_nothing)
{
    stage s;
    auto server = s.accept();
    asio::write(server, asio::buffer(std::string_view{"1.2.3.4:5\none\n*\ntwo\n"}));
    BOOST_TEST(s.hear() == "1.2.3.4:5|one");
    BOOST_TEST(s.hear() == "*|two");
    server.close();
    BOOST_TEST(s.hear() == "(end)");
    BOOST_TEST(!s.client.close_reason());
}

BOOST_AUTO_TEST_CASE(a_text_without_newline_ends_at_the_quiet_gap)
{
    stage s{{.message_gap = 1ms}};
    auto server = s.accept();
    asio::write(server, asio::buffer(std::string_view{"1.2.3.4:5\none"}));
    BOOST_TEST(s.hear() == "1.2.3.4:5|one");
}

BOOST_AUTO_TEST_CASE(a_reset_is_an_end_with_an_error)
{
    stage s;
    auto server = s.accept();
    server.set_option(asio::socket_base::linger{true, 0});
    server.close();
    BOOST_TEST(s.hear() == "(end)");
    BOOST_TEST(s.client.close_reason() == asio::error::connection_reset);
}

BOOST_AUTO_TEST_CASE(it_leaves_with_quit_once_its_word_is_back_and_waits_for_the_close)
{
    stage s{{.echo_timeout = 1h, .leave_timeout = 1h}};
    auto server = s.accept();
    s.await(s.client.send("hi"));
    auto hearing = asio::co_spawn(s.io, s.client.receive(), asio::use_future);
    auto leaving = asio::co_spawn(s.io, s.client.leave(), asio::use_future);
    std::array<char, 64> buffer;
    BOOST_TEST(asio::read(server, asio::buffer(buffer, 3)) == 3u);
    asio::write(server, asio::buffer(s.client.local_name() + "\nhi\n"));
    BOOST_TEST(hearing.get().has_value());
    auto end = asio::co_spawn(s.io, s.client.receive(), asio::use_future);
    BOOST_TEST(asio::read(server, asio::buffer(buffer, 6)) == 6u);
    BOOST_TEST(std::string_view(buffer.data(), 6) == "/quit\n");
    server.close();
    BOOST_TEST(!end.get().has_value());
    leaving.get();
}

BOOST_AUTO_TEST_CASE(it_is_a_member_of_our_own_room)
{
    room_fixture h;
    auto ann = h.enter();
    stage s;
    s.await(s.client.connect("127.0.0.1", std::to_string(h.at.port())));
    s.await(s.client.send("hi"));
    BOOST_TEST(s.hear() == s.client.local_name() + "|hi");
    BOOST_TEST(ann.line() == s.client.local_name());
    BOOST_TEST(ann.line() == "hi");
}

BOOST_AUTO_TEST_SUITE_END()
