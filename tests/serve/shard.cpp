// SPDX-License-Identifier: BSL-1.0
#include "room_fixture.hpp"

#include <chatroom/serve/shard.hpp>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

using namespace chatroom;
using namespace chatroom::detail;

BOOST_AUTO_TEST_SUITE(serve_shard)

BOOST_AUTO_TEST_CASE(a_function_runs_within_the_call_where_it_may_and_else_in_the_order_of_its_arrival)
{
    asio::io_context io;
    const shard s{io.get_executor()};
    const auto executor = s.get_executor();
    static_assert(sizeof executor == sizeof(void*));
    std::string order;
    BOOST_TEST(!executor.running_in_this_thread());
    asio::post(executor, [&] {
        BOOST_TEST(executor.running_in_this_thread());
        asio::post(executor, [&order] { order += 'c'; });
        asio::dispatch(executor, [&order] { order += 'a'; });
        order += 'b';
    });
    asio::post(executor, [&order] { order += 'd'; });
    BOOST_TEST(order == "");
    io.run();
    BOOST_TEST(order == "abdc");
}

BOOST_AUTO_TEST_CASE(functions_that_wait_on_a_shard_and_own_it_go_with_the_context)
{
    auto io = std::make_unique<asio::io_context>();
    auto s = std::make_shared<shard>(io->get_executor());
    const std::weak_ptr gone{s};
    asio::post(s->get_executor(), [&io, s] {
        for (int i = 0; i < 10; ++i) {
            asio::post(s->get_executor(), [s] { BOOST_FAIL("must not run"); });
        }
        io->stop();
    });
    s.reset();
    io->run();
    BOOST_TEST(!gone.expired());
    io.reset();
    BOOST_TEST(gone.expired());
}

BOOST_AUTO_TEST_CASE(outstanding_work_of_a_shard_is_work_of_its_context_until_the_last_copy_is_gone)
{
    asio::io_context io;
    auto s = std::make_unique<shard>(io.get_executor());
    bool ran = false;
    {
        const auto guard = asio::make_work_guard(s->get_executor());
        auto tracked = asio::require(s->get_executor(), asio::execution::outstanding_work.tracked);
        const auto copy = tracked;
        BOOST_TEST(io.poll() == 0u);
        BOOST_TEST(!io.stopped());
        tracked = copy;
        s.reset();  // the strand lives on
        asio::post(copy, [&ran] { ran = true; });
        BOOST_TEST(io.poll() == 1u);
        BOOST_TEST(!io.stopped());
    }
    BOOST_TEST(ran);
    io.run();
    BOOST_TEST(io.stopped());
}

BOOST_AUTO_TEST_SUITE_END()
