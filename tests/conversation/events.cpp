// SPDX-License-Identifier: BSL-1.0
// What a program that follows a room is told of each line.
#include "operator_fixture.hpp"

using namespace chatroom;

namespace {

message next(talk_fixture& house, follower& log)
{
    return boost::asio::co_spawn(house.io, log.next(), boost::asio::use_future).get();
}

bool is(const message& what, entry_kind kind, member_id who, std::string_view sender, std::string_view text)
{
    BOOST_TEST(what.text == text);
    BOOST_TEST(what.sender == sender);
    BOOST_TEST(what.member == who);
    return what.kind == kind;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(events)

BOOST_AUTO_TEST_CASE(a_line_that_tells_of_an_event_has_its_kind_and_whom_it_is_about)
{
    auto options = with_operator();
    options.rooms = {"lobby", "den"};
    talk_fixture h{options};
    auto lobby = h.talk.find_room("lobby")->follow(h.io.get_executor());
    auto den = h.talk.find_room("den")->follow(h.io.get_executor());
    guest root{h};
    log_in(root);
    guest ann{h, "Ann"};
    const auto id = h.talk.find("Ann").id();
    const auto root_id = h.talk.find("Root").id();
    const auto was = root.label() + " is now <Root>";
    BOOST_TEST(is(next(h, lobby), entry_kind::renamed, root_id, "*", was));
    BOOST_TEST(is(next(h, lobby), entry_kind::renamed, id, "*", ann.label() + " is now <Ann>"));
    ann.say("/me waves");
    BOOST_TEST(is(next(h, lobby), entry_kind::action, id, "<Ann>", "/me waves"));
    ann.say("/topic tea");
    BOOST_TEST(is(next(h, lobby), entry_kind::topic, id, "*", "<Ann> set the topic: tea"));
    ann.say("/join den");
    BOOST_TEST(is(next(h, den), entry_kind::joined, id, "*", "<Ann> joined"));
    BOOST_TEST(is(next(h, lobby), entry_kind::left, id, "*", "<Ann> left"));
    root.say("/kick Ann");
    BOOST_TEST(is(next(h, den), entry_kind::removed, id, "*", "<Ann> was removed by <Root>"));
}

BOOST_AUTO_TEST_SUITE_END()
