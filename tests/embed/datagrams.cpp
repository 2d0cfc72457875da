// SPDX-License-Identifier: BSL-1.0
// A room over UDP inside somebody else's program: their executor, their admission, their observer, ends in any order.
#include "udp_room_fixture.hpp"

#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <future>
#include <optional>
#include <stdexcept>

using namespace chatroom;
namespace asio = boost::asio;

namespace {

const asio::ip::udp::endpoint loopback{asio::ip::address_v4::loopback(), 0};

/// What a member hears in a room on any executor: its own words, what the program publishes, and the last word.
void a_udp_room_works_on(const asio::any_io_executor& executor, std::size_t shards)
{
    const auto seen = std::make_shared<recording_observer>();
    udp_room_options options;
    options.server.shards = shards;
    room talk{{}, seen};
    udp_room udp{executor, talk, options};
    const auto at = udp.listen(loopback);
    auto ended = asio::co_spawn(executor, udp.run(), asio::use_future);
    auto reader = talk.follow(executor);
    auto read = asio::co_spawn(executor, reader.next(), asio::use_future);
    udp_test_client ann{at};
    ann.say("#ping#");
    BOOST_TEST(seen->saw("joined"));
    ann.say("hi");
    BOOST_TEST(ann.hear() == ann.label() + "\nhi");
    const auto heard = read.get();
    BOOST_TEST(heard.text == "hi");
    BOOST_TEST(heard.sender == ann.label());
    BOOST_TEST(!talk.publish("from within"));
    BOOST_TEST(ann.hear() == "*\nfrom within");
    BOOST_TEST(talk.members() == 1u);
    udp.stop();
    BOOST_TEST(ann.hear() == "*\nthe room is closing");
    BOOST_TEST(seen->saw("left shutdown"));
    BOOST_TEST((ended.wait_for(std::chrono::seconds{10}) == std::future_status::ready));
    BOOST_TEST(talk.members() == 0u);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(embed_datagrams)

BOOST_AUTO_TEST_CASE(a_udp_room_works_on_an_io_context_a_pool_and_a_strand_of_it)
{
    asio::io_context io{1};
    auto work = asio::make_work_guard(io);
    std::jthread thread{[&io] { io.run(); }};
    a_udp_room_works_on(io.get_executor(), 1);
    work.reset();

    asio::thread_pool pool{3};
    a_udp_room_works_on(pool.get_executor(), 3);
    a_udp_room_works_on(asio::make_strand(pool), 2);
    pool.join();
}

BOOST_AUTO_TEST_CASE(a_context_that_is_destroyed_with_members_over_udp_calls_no_observer)
{
    const auto seen = std::make_shared<recording_observer>();
    auto io = std::make_unique<asio::io_context>();
    std::optional<udp_room> udp{std::in_place, io->get_executor(), room{{}, seen}};
    udp_test_client ann{udp->listen(loopback)};
    asio::co_spawn(*io, udp->run(), [](std::exception_ptr) {});
    ann.say("#ping#");
    while (seen->times("joined") == 0) {
        io->run_one_for(std::chrono::milliseconds{100});
    }
    udp.reset();
    io.reset();
    BOOST_TEST(seen->times("left shutdown") == 0);
}

BOOST_AUTO_TEST_CASE(an_option_of_udp_out_of_its_range_is_an_invalid_argument_that_names_it)
{
    asio::io_context io;
    const auto names = [&io](const std::string& option, const std::function<void(udp_room_options&)>& spoil) {
        udp_room_options options;
        spoil(options);
        BOOST_CHECK_EXCEPTION((udp_room{io.get_executor(), room{}, options}), std::invalid_argument,
                              [&](const auto& e) { return std::string{e.what()}.find(option) != std::string::npos; });
    };
    names("shards", [](auto& o) { o.server.shards = 0; });
    names("heartbeat_interval", [](auto& o) { o.heartbeat_interval = std::chrono::milliseconds{0}; });
    names("heartbeat_timeout", [](auto& o) { o.heartbeat_timeout = o.heartbeat_interval; });
    names("trusted_networks", [](auto& o) { o.trusted_networks = {"everybody"}; });
    names("burst", [](auto& o) { o.members.burst = 0; });
}

BOOST_AUTO_TEST_SUITE_END()
