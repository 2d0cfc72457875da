// SPDX-License-Identifier: BSL-1.0
#include <arrivals.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>

using server::arrivals;

BOOST_AUTO_TEST_SUITE(server_arrivals)

BOOST_AUTO_TEST_CASE(a_member_came_in_the_second_in_which_it_was_added)
{
    arrivals all;
    all.add(3, 10);
    all.add(4, 10);
    all.add(7, 12);
    all.add(9, 400);
    BOOST_TEST(all.second_of(3) == 10u);
    BOOST_TEST(all.second_of(4) == 10u);
    BOOST_TEST(all.second_of(7) == 12u);
    BOOST_TEST(all.second_of(8) == 12u);
    BOOST_TEST(all.second_of(9) == 400u);
}

BOOST_AUTO_TEST_CASE(one_that_was_overtaken_came_with_the_one_that_did_so)
{
    arrivals all;
    all.add(2, 5);
    all.add(6, 300);  // after a long time without anybody
    all.add(4, 300);
    all.add(5, 300);
    all.add(1, 300);
    BOOST_TEST(all.second_of(2) == 5u);
    BOOST_TEST(all.second_of(4) == 300u);
    BOOST_TEST(all.second_of(5) == 300u);
    BOOST_TEST(all.second_of(6) == 300u);
}

BOOST_AUTO_TEST_CASE(nobody_came_before_the_first)
{
    arrivals all;
    BOOST_TEST(all.second_of(1) == 0u);
    all.add(5, 2);
    BOOST_TEST(all.second_of(1) == 2u);
}

BOOST_AUTO_TEST_CASE(beyond_its_capacity_a_time_is_exact_to_a_part_of_what_has_passed_since)
{
    arrivals all{64};
    constexpr std::uint32_t seconds = 100000;
    for (std::uint32_t second = 0; second < seconds; ++second) {
        all.add(10 * std::uint64_t{second} + 1, second);
    }
    std::uint32_t before = 0;
    for (std::uint32_t second = 0; second < seconds; ++second) {
        const auto found = all.second_of(10 * std::uint64_t{second} + 1);
        BOOST_TEST_REQUIRE(found <= second);
        BOOST_TEST_REQUIRE(found >= before);
        BOOST_TEST_REQUIRE(second - found <= (seconds - found) / 4);
        before = found;
    }
    BOOST_TEST(all.second_of(10 * (seconds - 1) + 1) == seconds - 1);
}

BOOST_AUTO_TEST_SUITE_END()
