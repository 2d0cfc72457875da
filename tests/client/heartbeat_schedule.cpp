// SPDX-License-Identifier: BSL-1.0
#include "client/heartbeat_schedule.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

using chatroom::detail::heartbeat_schedule;
using namespace std::chrono_literals;

namespace {

const heartbeat_schedule::time_point start{};

/// Moves the time of a schedule of one heartbeat in 5 s, or in 1 s when in doubt, by hand.
struct fixture {
    heartbeat_schedule schedule{5s, 1s};
    heartbeat_schedule::time_point now = start + 1h;

    fixture() { schedule.sent(now); }

    // Sends what is due in the time from now; returns when, in milliseconds from now.
    std::vector<long> sent_within(std::chrono::milliseconds time)
    {
        std::vector<long> times;
        const auto begin = now;
        const auto end = now + time;
        for (auto next = schedule.next(now); next <= end; next = schedule.next(now)) {
            now = std::max(now, next);
            if (now >= schedule.next(now)) {
                schedule.sent(now);
                times.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(now - begin).count());
            }
        }
        now = end;
        return times;
    }
};

using times = std::vector<long>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(heartbeats, fixture)

BOOST_AUTO_TEST_CASE(one_goes_each_interval)
{
    BOOST_TEST(sent_within(12s) == (times{5000, 10000}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_text_that_is_missing_for_a_second_brings_one_each_second_for_an_interval)
{
    (void)sent_within(1s);
    schedule.said(now);
    BOOST_TEST(sent_within(15s) == (times{1000, 2000, 3000, 4000, 9000, 14000}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(texts_that_come_back_bring_none)
{
    for (int i = 0; i < 10; ++i) {
        schedule.said(now);
        BOOST_TEST(sent_within(999ms) == (i == 5 ? times{5} : times{}), boost::test_tools::per_element());
        schedule.all_echoed();
    }
}

BOOST_AUTO_TEST_CASE(texts_one_after_another_do_not_put_it_off)
{
    for (int i = 0; i < 3; ++i) {
        schedule.said(now);
        BOOST_TEST(sent_within(400ms) == (i == 2 ? times{200} : times{}), boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(a_room_that_closes_brings_them_once)
{
    BOOST_TEST(schedule.room_closed(now));
    schedule.sent(now);
    BOOST_TEST(sent_within(2s) == (times{1000, 2000}), boost::test_tools::per_element());
    BOOST_TEST(!schedule.room_closed(now));
    BOOST_TEST(sent_within(8s) == (times{1000, 2000, 7000}), boost::test_tools::per_element());
    schedule.room_open();
    BOOST_TEST(schedule.room_closed(now));
}

BOOST_AUTO_TEST_SUITE_END()
