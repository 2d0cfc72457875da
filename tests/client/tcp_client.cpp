// SPDX-License-Identifier: BSL-1.0
#include "client_fixture.hpp"

#include <chatroom/tcp_client.hpp>

using namespace chatroom;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

/// A client that is connected to a socket of the test.
struct tcp_fixture : client_fixture {
    tcp_client link;
    tcp::socket server{io};

    explicit tcp_fixture(std::chrono::milliseconds gap = 1h)
        : link{io.get_executor(), {.message_gap = gap, .echo_timeout = 1h, .leave_timeout = 1h}}
    {
        tcp::acceptor acceptor{io, anywhere};
        BOOST_TEST(!error_of(link.connect("127.0.0.1", std::to_string(acceptor.local_endpoint().port()))));
        server = acceptor.accept();
    }

    void send(std::string_view bytes) { asio::write(server, asio::buffer(bytes)); }

    // The next bytes that the client has sent.
    std::string sent(std::size_t bytes)
    {
        std::string all(bytes, '\0');
        bool done = false;
        asio::async_read(server, asio::buffer(all), [&done](error_code, std::size_t) { done = true; });
        until([&] { return done; });
        return all;
    }
};

struct short_gap : tcp_fixture {
    short_gap() : tcp_fixture{1ms} {}
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(over_tcp, tcp_fixture)

BOOST_AUTO_TEST_CASE(messages_are_heard_in_order_and_the_end_is_nothing)
{
    send("1.2.3.4:5\none\n*\ntwo\n1.2.3.4:5\nthree");
    server.close();
    BOOST_TEST(receive(link) == "1.2.3.4:5|one");
    BOOST_TEST(receive(link) == "*|two");
    BOOST_TEST(receive(link) == "1.2.3.4:5|three");
    BOOST_TEST(receive(link) == "(end)");
    BOOST_TEST(receive(link) == "(end)");
    BOOST_TEST(!link.close_reason());
}

BOOST_FIXTURE_TEST_CASE(a_text_without_newline_ends_at_the_gap, short_gap)
{
    send("1.2.3.4:5\none");
    BOOST_TEST(receive(link) == "1.2.3.4:5|one");
}

BOOST_AUTO_TEST_CASE(a_reset_is_an_end_with_an_error_which_close_does_not_hide)
{
    server.set_option(asio::socket_base::linger{true, 0});
    server.close();
    BOOST_TEST(receive(link) == "(end)");
    link.close();
    BOOST_TEST(receive(link) == "(end)");
    BOOST_TEST(link.close_reason() == asio::error::connection_reset);
}

BOOST_AUTO_TEST_CASE(it_leaves_with_quit_once_its_word_is_back_and_waits_for_the_close)
{
    BOOST_TEST(!error_of(link.send("hi")));
    BOOST_TEST(sent(3) == "hi\n");
    auto receiving = start(link.receive());
    auto leaving = start(link.leave());
    turn();
    BOOST_TEST(server.available() == 0u);
    send(link.local_name() + "\nhi\n");
    until([&] { return receiving->done; });
    receiving = start(link.receive());
    BOOST_TEST(sent(6) == "/quit\n");
    BOOST_TEST(!leaving->done);
    server.close();
    until([&] { return receiving->done && leaving->done; });
    BOOST_TEST(!receiving->value);
    BOOST_TEST(!leaving->error);
}

BOOST_AUTO_TEST_CASE(a_cancelled_receive_loses_no_part_of_a_message)
{
    auto receiving = start(link.receive());
    send("1.2.3.4:5\no");
    turn();
    receiving->cancel();
    until([&] { return receiving->done; });
    BOOST_TEST(receiving->error == asio::error::operation_aborted);
    send("ne\n");
    BOOST_TEST(receive(link) == "1.2.3.4:5|one");
}

BOOST_AUTO_TEST_CASE(a_cancelled_send_cuts_no_line)
{
    const std::string much(8 << 20, 'x');  // more than loopback takes
    auto sending = start(link.send(much));
    turn();
    BOOST_TEST_REQUIRE(!sending->done);
    sending->cancel();
    until([&] { return sending->done; });
    BOOST_TEST(sending->error == asio::error::operation_aborted);
    sending = start(link.send("after"));
    const auto all = sent(much.size() + 7);
    BOOST_TEST((all == much + "\nafter\n"));
    until([&] { return sending->done; });
    BOOST_TEST(!sending->error);
}

BOOST_AUTO_TEST_SUITE_END()
