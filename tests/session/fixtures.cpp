// SPDX-License-Identifier: BSL-1.0
// What the fixtures of these tests do when the room does not answer.
#include "room_fixture.hpp"

using namespace chatroom;
using namespace chatroom::detail;

BOOST_AUTO_TEST_SUITE(fixtures)

BOOST_AUTO_TEST_CASE(who_waits_to_be_let_in_by_a_full_room_gives_up)
{
    tcp_room_options options;
    options.members.max_members = 1;
    room_fixture h{options};
    const auto ann = h.enter();
    BOOST_CHECK_EXCEPTION(h.enter(), std::runtime_error,
                          [](const auto& e) { return std::string_view{e.what()} == "a line was awaited after (end)"; });
}

BOOST_AUTO_TEST_SUITE_END()
