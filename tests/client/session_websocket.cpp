// SPDX-License-Identifier: BSL-1.0
// A session over a connection that answers each line and knows what the last one has missed.
#include "session_script.hpp"

#include <boost/test/unit_test.hpp>

using namespace client;
using namespace std::chrono_literals;
using chatroom::received_kind;

namespace {

struct web_play : play {
    explicit web_play(bool typed = true) : play{options(), typed} {}

    static session_options options()
    {
        session_options made;
        made.name = "alice";
        made.reconnect = true;
        made.server.over = transport::websocket;
        made.place = std::make_shared<chatroom::websocket_place>();
        return made;
    }

    void is_given(received_kind kind, const std::string& sender, const std::string& text, const std::string& id = {},
                  bool own = false)
    {
        chatroom::received_message what{sender, text};
        what.kind = kind;
        what.id = id;
        what.own = own;
        server.to_hear.push_back(std::move(what));
        server.changed.notify();
        turn();
    }

    void enters()
    {
        begin();
        is_given(received_kind::notice, "*", "you are <alice>");
        is_given(received_kind::notice, "*", "you are in lobby, 1 here");
        server.said.clear();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(client_session_websocket)

BOOST_AUTO_TEST_CASE(the_connection_itself_asks_for_name_and_room)
{
    web_play p;
    p.begin();
    BOOST_TEST(p.server.said.empty());
    p.is_given(received_kind::notice, "*", "you are <alice>");
    p.is_given(received_kind::notice, "*", "you are in lobby, 5 here");
    BOOST_TEST(p.front.state.room == "lobby");
    BOOST_TEST(p.front.state.here.value() == 5u);
}

BOOST_AUTO_TEST_CASE(a_line_is_done_when_it_is_answered_and_not_when_it_comes_back)
{
    web_play p;
    p.enters();
    p.says("hi");
    p.after(300ms);
    BOOST_TEST(p.front.state.pending == 1u);
    p.is_given(received_kind::text, "<alice>", "hi", {}, true);
    BOOST_TEST(p.front.state.pending == 1u);
    p.is_given(received_kind::notice, "*", "news");
    BOOST_TEST(p.front.state.pending == 1u);
    p.is_given(received_kind::accepted, "*", "", "1");
    BOOST_TEST(p.front.state.pending == 0u);
}

BOOST_AUTO_TEST_CASE(a_line_that_was_not_answered_is_said_again_under_its_id)
{
    web_play p;
    p.enters();
    p.says("one");
    p.says("two");
    BOOST_TEST(p.server.ids == (std::vector<std::string>{"1", "2"}), boost::test_tools::per_element());
    p.is_given(received_kind::accepted, "*", "", "1");
    p.server.connected = false;
    p.server.changed.notify();
    p.turn();
    p.after(2s);  // to the next connection
    p.after(1s);  // a line that was under way at an early end goes alone
    p.is_given(received_kind::notice, "*", "you are in lobby, 1 here");
    BOOST_TEST(p.server.ids == (std::vector<std::string>{"1", "2", "2"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_line_that_is_refused_is_told_and_makes_exit_code_4)
{
    web_play p{false};
    p.enters();
    p.says("hi");
    p.is_given(received_kind::refused, "*", "you are muted", "1");
    p.ends();
    BOOST_TEST(p.over);
    BOOST_TEST((p.talk.result() == exit_code::unheard));
}

BOOST_AUTO_TEST_CASE(a_gap_and_the_end_of_the_past_are_told)
{
    web_play p;
    p.enters();
    chatroom::received_message old{"<bob>", "you were removed by <eve>"};
    old.kind = received_kind::text;
    old.history = true;
    p.server.to_hear.push_back(old);
    p.is_given(received_kind::gap, "*", "3 messages missed");
    BOOST_TEST(p.front.told.back() == "3 messages missed");
    p.is_given(received_kind::text, "<bob>", "now");
    BOOST_TEST_REQUIRE(p.front.told.size() >= 2u);
    BOOST_TEST(p.front.told[p.front.told.size() - 2] == "that was said before you came");
    BOOST_TEST(p.front.told.back() == "in the room at 127.0.0.1 port 9001");
}

BOOST_AUTO_TEST_SUITE_END()
