// SPDX-License-Identifier: BSL-1.0
// connect(): its deadline, its cancellation, and what these do while a name is being resolved.
#include "client/deadline.hpp"
#include "client_fixture.hpp"

#include <chatroom/tcp_client.hpp>
#include <chatroom/udp_client.hpp>

#include <boost/mpl/list.hpp>

#include <netdb.h>

#include <atomic>
#include <string_view>

using namespace chatroom;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

std::atomic<bool> stuck{false};
std::atomic<bool> asked{false};

}  // namespace

// The linker puts this in the place of getaddrinfo (tests/CMakeLists.txt): a name server that does not answer.
extern "C" int __real_getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**);
extern "C" int __wrap_getaddrinfo(const char* host, const char* port, const addrinfo* hints, addrinfo** result);
extern "C" int __wrap_getaddrinfo(const char* host, const char* port, const addrinfo* hints, addrinfo** result)
{
    if (host == nullptr || std::string_view{host} != "stuck.test") {
        return __real_getaddrinfo(host, port, hints, result);
    }
    asked = true;
    asked.notify_all();
    stuck.wait(true);
    return EAI_AGAIN;
}

namespace {

using asio::error::operation_aborted;
using both = boost::mpl::list<tcp_client, udp_client>;

/// The name stuck.test is not resolved until the end.
struct stuck_fixture : client_fixture {
    stuck_fixture()
    {
        stuck = true;
        asked = false;
    }
    ~stuck_fixture()
    {
        stuck = false;
        stuck.notify_all();
    }

    /// Begins to connect; the name server has been asked then.
    std::shared_ptr<operation<std::monostate>> connect(client& link)
    {
        auto connecting = start(link.connect("stuck.test", "9"));
        turn();
        asked.wait(false);
        return connecting;
    }
};

/// Two addresses that never answer.
struct silent_fixture : client_fixture {
    asio::ip::tcp::acceptor full{io, anywhere.protocol()};
    asio::ip::tcp::socket fill{io};
    asio::ip::udp::socket mute{io, {anywhere.address(), 0}};
    tcp_client tcp{io.get_executor()};
    udp_client udp{io.get_executor(), {.probe_timeout = 1h}};

    silent_fixture()
    {
        full.bind(anywhere);
        full.listen(0);
        fill.connect(full.local_endpoint());  // then what knocks gets no answer
    }

    void cancels(client& link, unsigned port)
    {
        auto connecting = start(link.connect("127.0.0.1", std::to_string(port)));
        turn();
        BOOST_TEST(!connecting->done);
        connecting->cancel();
        until([&] { return connecting->done; });
        BOOST_TEST(connecting->error == operation_aborted);
        BOOST_TEST(error_of(link.send("hi")) == operation_aborted);
        BOOST_TEST(receive(link) == "(end)");
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(client_connect)

BOOST_FIXTURE_TEST_CASE(cancelled_while_an_address_is_silent_it_closes_the_client, silent_fixture)
{
    cancels(tcp, full.local_endpoint().port());
    cancels(udp, mute.local_endpoint().port());
}

BOOST_FIXTURE_TEST_CASE_TEMPLATE(cancelled_while_a_name_is_resolved_it_completes_at_once, Client, both, stuck_fixture)
{
    Client link{io.get_executor()};
    auto connecting = this->connect(link);
    connecting->cancel();
    until([&] { return connecting->done; });
    BOOST_TEST(connecting->error == operation_aborted);
}

BOOST_FIXTURE_TEST_CASE_TEMPLATE(closed_while_a_name_is_resolved_it_completes_at_once, Client, both, stuck_fixture)
{
    Client link{io.get_executor()};
    auto connecting = this->connect(link);
    link.close();
    until([&] { return connecting->done; });
    BOOST_TEST(connecting->error == operation_aborted);
}

BOOST_FIXTURE_TEST_CASE_TEMPLATE(the_timeout_holds_while_a_name_is_resolved, Client, both, stuck_fixture)
{
    Client link{io.get_executor(), {.connect_timeout = 20ms}};
    auto connecting = this->start(link.connect("stuck.test", "9"));  // the time may be up before the server is asked
    until([&] { return connecting->done; });
    BOOST_TEST(connecting->error == boost::system::errc::timed_out);
}

BOOST_FIXTURE_TEST_CASE(over_udp_an_address_where_nobody_is_refuses, client_fixture)
{
    const auto port = asio::ip::udp::socket{io, {anywhere.address(), 0}}.local_endpoint().port();
    udp_client link{io.get_executor(), {.probe_timeout = 1h}};
    BOOST_TEST(error_of(link.connect("127.0.0.1", std::to_string(port))) == asio::error::connection_refused);
}

BOOST_FIXTURE_TEST_CASE(a_deadline_that_is_cleared_as_it_is_due_does_nothing, client_fixture)
{
    detail::deadline first{io.get_executor()};
    detail::deadline second{io.get_executor()};
    bool late = false;
    const auto now = detail::deadline::time_point::clock::now();
    second.set(now - 1s, [&] { late = true; });
    first.set(now - 2s, [&] { second.clear(); });  // both handlers are queued at once, this one first
    turn();
    BOOST_TEST(!late);
}

BOOST_AUTO_TEST_SUITE_END()
