// SPDX-License-Identifier: BSL-1.0
#include "client/happy_eyeballs.hpp"

#include <boost/asio.hpp>
#include <boost/test/unit_test.hpp>

#include <list>

using namespace chatroom;
using namespace std::chrono_literals;
using chatroom::detail::happy_eyeballs;
namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

const tcp::endpoint anywhere{asio::ip::address_v4::loopback(), 0};

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

BOOST_AUTO_TEST_SUITE_END()
