// SPDX-License-Identifier: BSL-1.0
// What a client promises over either transport: the same functions, tokens, cancellation, and the end.
#include "client_fixture.hpp"

#include <chatroom/chatroom.hpp>

#include <boost/mpl/list.hpp>

#include <future>
#include <string>

using namespace chatroom;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

using asio::error::operation_aborted;

/// A client that is connected to a socket of the test.
template <typename Client>
struct connected_client;

template <>
struct connected_client<tcp_client> : client_fixture {
    tcp_client link{io.get_executor(), {.echo_timeout = 1h}};
    asio::ip::tcp::socket server{io};

    connected_client()
    {
        asio::ip::tcp::acceptor acceptor{io, anywhere};
        BOOST_TEST(!error_of(link.connect("127.0.0.1", std::to_string(acceptor.local_endpoint().port()))));
        server = acceptor.accept();
    }

    void send(std::string_view bytes) { asio::write(server, asio::buffer(bytes)); }
};

template <>
struct connected_client<udp_client> : client_fixture {
    udp_client link{io.get_executor(), {.probe_timeout = 0ms, .echo_timeout = 1h}};
    asio::ip::udp::socket server{io, {anywhere.address(), 0}};

    connected_client()
    {
        BOOST_TEST(!error_of(link.connect("127.0.0.1", std::to_string(server.local_endpoint().port()))));
        std::array<char, 64> heartbeat;
        asio::ip::udp::endpoint peer;
        server.receive_from(asio::buffer(heartbeat), peer);
        server.connect(peer);
    }

    void send(std::string_view datagram) { server.send(asio::buffer(datagram)); }
};

using both = boost::mpl::list<tcp_client, udp_client>;

/// A room of each transport, and one way to talk there.
struct talking : client_fixture {
    room members;
    tcp_room tcp{io.get_executor(), members};
    udp_room udp{io.get_executor(), members};

    void talk(client& link, unsigned port)
    {
        BOOST_TEST(link.local_name() == "");
        BOOST_TEST(!error_of(link.connect("127.0.0.1", std::to_string(port))));
        BOOST_TEST((link.get_executor() == io.get_executor()));
        BOOST_TEST(!error_of(link.send("hi")));
        BOOST_TEST(receive(link) == link.local_name() + "|hi");
        BOOST_TEST(!error_of(link.send("bye")));
        const auto leaving = start(link.leave());  // sees "bye" come back
        BOOST_TEST(receive(link) == link.local_name() + "|bye");
        BOOST_TEST(receive(link) == "(end)");
        until([&] { return leaving->done; });
        BOOST_TEST(!leaving->error);
        BOOST_TEST(!link.close_reason());
        BOOST_TEST(error_of(link.send("hi")) == operation_aborted);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(either_client)

BOOST_FIXTURE_TEST_CASE(a_program_talks_over_either_in_the_same_way, talking)
{
    tcp_client over_tcp{io.get_executor(), {.echo_timeout = 1h}};
    udp_client over_udp{io.get_executor(), {.echo_timeout = 1h}};
    const auto tcp_port = tcp.listen(anywhere).port();
    const auto udp_port = udp.listen({anywhere.address(), 0}).port();
    asio::co_spawn(io, tcp.run(), asio::detached);
    asio::co_spawn(io, udp.run(), asio::detached);
    talk(over_tcp, tcp_port);
    talk(over_udp, udp_port);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(any_completion_token_by_co_spawn, Client, both)
{
    connected_client<Client> s;
    client& link = s.link;
    auto future = asio::co_spawn(link.get_executor(), link.receive(), asio::use_future);
    s.send("1.2.3.4:5\none\n");
    s.until([&] { return future.wait_for(0s) == std::future_status::ready; });
    BOOST_TEST(future.get()->text == "one");
    std::string heard;
    asio::co_spawn(link.get_executor(), link.receive(),
                   [&heard](std::exception_ptr, std::optional<received_message> message) { heard = message->text; });
    s.send("1.2.3.4:5\ntwo\n");
    s.until([&] { return !heard.empty(); });
    BOOST_TEST(heard == "two");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_cancelled_receive_loses_no_message, Client, both)
{
    connected_client<Client> s;
    auto waiting = s.start(s.link.receive());
    s.turn();
    waiting->cancel();
    s.until([&] { return waiting->done; });
    BOOST_TEST(waiting->error == operation_aborted);
    s.send("1.2.3.4:5\none\n");
    BOOST_TEST(s.receive(s.link) == "1.2.3.4:5|one");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_receive_that_is_cancelled_as_a_message_comes_has_it_or_leaves_it, Client, both)
{
    for (int turns = 0; turns < 6; ++turns) {  // of the context, between the message and the cancellation
        connected_client<Client> s;
        auto waiting = s.start(s.link.receive());
        s.turn();
        s.send("1.2.3.4:5\none\n1.2.3.4:5\ntwo\n");
        for (int i = 0; i < turns; ++i) {
            s.io.poll_one();
        }
        waiting->cancel();
        s.until([&] { return waiting->done; });
        std::string heard;
        if (waiting->error) {
            BOOST_TEST(waiting->error == operation_aborted);
        } else {
            heard = waiting->value->text + " ";
        }
        while (heard.find("two") == heard.npos) {
            heard += s.complete(s.link.receive())->value->text + " ";
        }
        BOOST_TEST((heard == "one two " || heard == "one 1.2.3.4:5 two "), heard);  // over UDP, lines of one sender
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(closing_completes_what_is_pending_with_what_it_promises, Client, both)
{
    connected_client<Client> s;
    BOOST_TEST(!s.error_of(s.link.send("hi")));
    auto receiving = s.start(s.link.receive());
    auto leaving = s.start(s.link.leave());  // waits for the echo
    s.turn();
    s.link.close();
    s.until([&] { return receiving->done && leaving->done; });
    BOOST_TEST(!receiving->error);
    BOOST_TEST(!receiving->value);
    BOOST_TEST(!leaving->error);
    BOOST_TEST(!s.link.close_reason());
    BOOST_TEST(s.error_of(s.link.send("hi")) == operation_aborted);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(destroying_a_client_completes_what_is_pending, Client, both)
{
    connected_client<Client> s;
    auto receiving = s.start(s.link.receive());
    s.turn();
    {
        const auto gone = std::move(s.link);
    }
    s.until([&] { return receiving->done; });
    BOOST_TEST(!receiving->value);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_cancelled_leave_closes, Client, both)
{
    connected_client<Client> s;
    BOOST_TEST(!s.error_of(s.link.send("hi")));
    auto receiving = s.start(s.link.receive());
    auto leaving = s.start(s.link.leave());
    s.turn();
    leaving->cancel();
    s.until([&] { return receiving->done && leaving->done; });
    BOOST_TEST(leaving->error == operation_aborted);
    BOOST_TEST(!receiving->value);
    BOOST_TEST(s.error_of(s.link.send("hi")) == operation_aborted);
}

BOOST_AUTO_TEST_SUITE_END()
