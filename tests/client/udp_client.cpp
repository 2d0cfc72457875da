// SPDX-License-Identifier: BSL-1.0
#include "client_fixture.hpp"

#include <chatroom/udp_client.hpp>

#include <array>

using namespace chatroom;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using udp = asio::ip::udp;

namespace {

struct udp_fixture : client_fixture {
    udp_client link{io.get_executor(), {.probe_timeout = 0ms, .heartbeat_interval = 1h, .missing_time = 1h}};
    udp::socket server{io, {anywhere.address(), 0}};
    udp::endpoint peer;

    udp_fixture()
    {
        BOOST_TEST(!error_of(link.connect("127.0.0.1", std::to_string(server.local_endpoint().port()))));
        BOOST_TEST(datagram() == "#ping#");
    }

    std::string datagram()
    {
        std::array<char, 1024> buffer;
        const auto n = server.receive_from(asio::buffer(buffer), peer);
        return {buffer.data(), n};
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(over_udp, udp_fixture)

BOOST_AUTO_TEST_CASE(each_line_is_a_datagram)
{
    BOOST_TEST(!error_of(link.send("one\n\ntwo\n")));
    BOOST_TEST(datagram() == "one");
    BOOST_TEST(datagram() == "two");
}

BOOST_AUTO_TEST_CASE(a_closing_room_gets_a_heartbeat_at_once)
{
    server.send_to(asio::buffer(std::string_view{"*\nthe room is closing"}), peer);
    BOOST_TEST(receive(link) == "*|the room is closing");
    BOOST_TEST(datagram() == "#ping#");
}

BOOST_AUTO_TEST_CASE(a_refusal_ends_one_receive_and_the_server_may_come_back)
{
    const auto at = server.local_endpoint();
    server.close();
    BOOST_TEST(!error_of(link.send("hi")));  // that nobody is there is not known yet
    BOOST_TEST(receive(link) == "(end)");
    BOOST_TEST(link.close_reason() == asio::error::connection_refused);
    server = udp::socket{io, at};
    server.send_to(asio::buffer(std::string_view{"1.2.3.4:5\nhi"}), peer);
    BOOST_TEST(receive(link) == "1.2.3.4:5|hi");
}

BOOST_AUTO_TEST_CASE(it_leaves_with_quit)
{
    BOOST_TEST(!error_of(link.leave()));
    BOOST_TEST(datagram() == "/quit");
    BOOST_TEST(receive(link) == "(end)");
    BOOST_TEST(!link.close_reason());
}

BOOST_AUTO_TEST_SUITE_END()
