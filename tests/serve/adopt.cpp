// SPDX-License-Identifier: BSL-1.0
#include "room_fixture.hpp"

#include <chatroom/serve/tcp_server.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace chatroom;
using namespace chatroom::detail;

namespace {

const asio::ip::tcp::endpoint loopback{asio::ip::address_v4::loopback(), 0};

task<> greet(connection c)
{
    co_await asio::async_write(c.stream, asio::buffer("welcome\n", 8), asio::as_tuple(asio::deferred));
}

bool is_open(int fd)
{
    return ::fcntl(fd, F_GETFD) != -1;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(serve_adopt)

BOOST_AUTO_TEST_CASE(a_socket_that_listens_already_is_served_with_those_who_wait_there)
{
    asio::io_context io;
    asio::ip::tcp::acceptor outside{io, loopback};
    const auto at = outside.local_endpoint();
    test_client early{at};
    tcp_server server{io.get_executor(), greet};
    BOOST_TEST((server.adopt(outside.release()) == at));
    BOOST_TEST((server.endpoints() == std::vector{at}));
    asio::co_spawn(io, server.run(), asio::detached);
    std::jthread thread{[&io] { io.run(); }};
    test_client late{at};
    BOOST_TEST(early.line() == "welcome");
    BOOST_TEST(late.line() == "welcome");
    server.stop();
}

BOOST_AUTO_TEST_CASE(what_is_no_listening_tcp_socket_is_refused_and_closed)
{
    asio::io_context io;
    tcp_server server{io.get_executor(), greet};
    const auto refusal = [&server](int fd) {
        try {
            server.adopt(fd);
        } catch (const boost::system::system_error& e) {
            return e.code();
        }
        return error_code{};
    };
    namespace errc = boost::system::errc;
    const int deaf = ::socket(AF_INET, SOCK_STREAM, 0);
    const int datagram = ::socket(AF_INET, SOCK_DGRAM, 0);
    const int local = ::socket(AF_UNIX, SOCK_STREAM, 0);
    for (const int fd : {deaf, datagram, local}) {
        BOOST_TEST(refusal(fd) == make_error_code(errc::invalid_argument));
        BOOST_TEST(!is_open(fd));
    }
    const int file = ::open("/dev/null", O_RDONLY);
    BOOST_TEST((refusal(file) == errc::not_a_socket));
    BOOST_TEST((refusal(-1) == errc::bad_file_descriptor));
    BOOST_TEST(server.endpoints().empty());
}

BOOST_AUTO_TEST_SUITE_END()
