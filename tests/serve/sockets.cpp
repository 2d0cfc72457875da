// SPDX-License-Identifier: BSL-1.0
#include "serve/sockets.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <poll.h>

namespace asio = boost::asio;
using chatroom::has_hung_up;

BOOST_AUTO_TEST_SUITE(serve_sockets)

BOOST_AUTO_TEST_CASE(a_connection_has_hung_up_once_both_directions_are_shut_down)
{
    asio::io_context io;
    asio::ip::tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
    asio::ip::tcp::socket peer{io};
    peer.connect(acceptor.local_endpoint());
    auto here = acceptor.accept();
    const int fd = here.native_handle();
    BOOST_TEST(!has_hung_up(fd));
    asio::write(peer, asio::buffer("word", 4));
    peer.shutdown(asio::socket_base::shutdown_send);
    pollfd readable{fd, POLLIN | POLLRDHUP, 0};
    while ((readable.revents & POLLRDHUP) == 0) {
        BOOST_TEST_REQUIRE(::poll(&readable, 1, 10'000) == 1);
    }
    BOOST_TEST(!has_hung_up(fd));  // it may still be sent to
    here.shutdown(asio::socket_base::shutdown_send);
    BOOST_TEST(has_hung_up(fd));
}

BOOST_AUTO_TEST_SUITE_END()
