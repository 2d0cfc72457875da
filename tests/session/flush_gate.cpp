// SPDX-License-Identifier: BSL-1.0
#include <chatroom/session/flush_gate.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <vector>

namespace {

struct one_shard {};
using gate = chatroom::flush_gate<one_shard>;

struct two_shards {
    std::shared_ptr<one_shard> first = std::make_shared<one_shard>();
    std::shared_ptr<one_shard> second = std::make_shared<one_shard>();
    gate at{2};

    std::vector<std::shared_ptr<one_shard>> open()
    {
        std::vector<std::shared_ptr<one_shard>> result;
        for (const auto& one : at.open()) {
            result.push_back(one.lock());
        }
        return result;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(the_flush_gate)

BOOST_FIXTURE_TEST_CASE(has_the_first_that_waits_gather_and_lets_all_go_together, two_shards)
{
    BOOST_TEST(at.wait(first));
    BOOST_TEST(!at.wait(second));
    BOOST_TEST((open() == std::vector{first, second}));
    BOOST_TEST(open().empty());
    BOOST_TEST(open().empty());
}

BOOST_FIXTURE_TEST_CASE(has_whoever_ends_last_gather_for_those_that_came_while_others_flushed, two_shards)
{
    BOOST_TEST(at.wait(first));
    BOOST_TEST(!at.wait(second));
    BOOST_TEST(open().size() == 2U);
    BOOST_TEST(!at.end());  // the caller's
    BOOST_TEST(!at.wait(first));
    BOOST_TEST(!at.end());
    BOOST_TEST(!at.wait(second));
    BOOST_TEST(at.end());
    BOOST_TEST((open() == std::vector{first, second}));
}

BOOST_FIXTURE_TEST_CASE(is_at_rest_when_nobody_waits_at_the_end, two_shards)
{
    BOOST_TEST(at.wait(first));
    BOOST_TEST(open().size() == 1U);
    BOOST_TEST(!at.end());
    BOOST_TEST(!at.end());
    BOOST_TEST(at.wait(second));
    BOOST_TEST((open() == std::vector{second}));
}

BOOST_FIXTURE_TEST_CASE(keeps_nobody_alive, two_shards)
{
    BOOST_TEST(at.wait(first));
    first.reset();
    BOOST_TEST((open() == std::vector<std::shared_ptr<one_shard>>{nullptr}));
    BOOST_TEST(!at.end());
    BOOST_TEST(!at.end());
    BOOST_TEST(at.wait(second));
}

BOOST_AUTO_TEST_SUITE_END()
