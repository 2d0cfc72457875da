// SPDX-License-Identifier: BSL-1.0
#include "room/event_log.hpp"

#include <boost/test/unit_test.hpp>

using namespace chatroom;
using namespace chatroom::detail;

namespace {

message event(std::uint64_t before)
{
    message made;
    made.sequence = before;
    made.kind = entry_kind::joined;
    return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(room_event_log)

BOOST_AUTO_TEST_CASE(an_event_is_taken_when_the_messages_before_it_have_been)
{
    event_log log;
    std::uint64_t next = log.tail();
    BOOST_TEST(!log.take(next, 5));
    log.append(event(2));
    log.append(event(2));
    BOOST_TEST(log.tail() == 2u);
    BOOST_TEST(!log.take(next, 1));
    BOOST_TEST(next == 0u);
    BOOST_TEST((log.take(next, 2)->kind == entry_kind::joined));
    BOOST_TEST(log.take(next, 3)->skipped == 0u);
    BOOST_TEST(!log.take(next, 3));
    BOOST_TEST(next == 2u);
}

BOOST_AUTO_TEST_CASE(what_was_lost_is_counted_with_the_oldest_that_is_left)
{
    event_log log;
    std::uint64_t next = log.tail();
    for (std::size_t i = 0; i < event_log::most + 3; ++i) {
        log.append(event(7));
    }
    BOOST_TEST(!log.take(next, 6));
    BOOST_TEST(log.take(next, 7)->skipped == 3u);
    BOOST_TEST(next == 4u);
    BOOST_TEST(log.take(next, 7)->skipped == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
