// SPDX-License-Identifier: BSL-1.0
// The client's end of a WebSocket, as scripts: what it asks, and what it makes of the answers.
#include "client_script.hpp"

#include <web/client/client_answer.hpp>

using namespace std::chrono_literals;
using chatroom::websocket_error;

namespace {

std::string publication(int offset, const std::string& text, const std::string& more = {},
                        const std::string& info = R"({"user":"ann","client":"3"})")
{
    return R"({"data":{"text":")" + text + R"(","time":"2026-11-28T09:00:00.123Z")" + more + R"(},"offset":)" +
           std::to_string(offset) + (info.empty() ? "" : R"(,"info":)" + info) + "}";
}

std::string push(const std::string& what, const std::string& room = "lobby")
{
    return R"({"push":{"channel":")" + room + "\"," + what + "}}";
}

std::string push_of(int offset, const std::string& text)
{
    return push(R"("pub":)" + publication(offset, text));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client_protocol)

BOOST_AUTO_TEST_CASE(it_asks_for_the_upgrade_the_name_the_room_and_how_many_are_there)
{
    client_script one;
    one.place->name = "bob";
    one.place->key = "k";
    one.upgrade();
    BOOST_TEST(one.asked_for == "GET /path HTTP/1.1\r\nHost: host:9001\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    BOOST_TEST(one.sent() == R"({"id":1,"connect":{"name":"chatroom","data":{"key":"k","name":"bob"}}})"
                             "\n");
    one.says(R"({"id":1,"connect":{"client":"17","ping":25,"pong":true,"data":{"name":"bob"}}})");
    BOOST_TEST(one.sent() == "{\"id\":2,\"subscribe\":{\"channel\":\"lobby\"}}\n");
    BOOST_TEST(!one.protocol->settled());
    one.says(R"({"id":2,"subscribe":{"recoverable":true,"epoch":"E","offset":7}})");
    BOOST_TEST(one.protocol->settled());
    BOOST_TEST(one.sent() == "{\"id\":3,\"presence_stats\":{\"channel\":\"lobby\"}}\n");
    one.says(R"({"id":3,"presence_stats":{"num_clients":2}})");
    BOOST_TEST(one.received() == "n *|you are <bob>\nn *|you are in lobby, 2 here\n");
    BOOST_TEST(one.place->epoch == "E");
    BOOST_TEST(one.place->offset == 7u);
}

BOOST_AUTO_TEST_CASE(an_address_of_version_6_has_brackets_in_the_request_and_no_interface)
{
    const chatroom::detail::upgrade_request to{"fe80::1%eth0", "9001", "/", "key"};
    BOOST_TEST(to.bytes().find("\r\nHost: [fe80::1]:9001\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(pushes_read_as_over_the_text_protocol_and_tell_more)
{
    client_script one;
    one.enter();
    one.says(push_of(8, "hi"));
    one.says(push(R"("pub":)" + publication(9, "waves", R"(,"kind":"action")")));
    one.says(push(R"("pub":)" + publication(10, "<ann> set the topic: x", R"(,"kind":"topic","topic":"x")", "")));
    one.says(push(R"("pub":)" + publication(11, "hello all", "", "")));
    one.says(push(R"("pub":)" + publication(12, "mine", "", R"({"user":"bob","client":"17"})")));
    one.says(push(R"("pub":)" + publication(13, "no name", "", R"({"user":"1.2.3.4:5","client":"4"})")));
    one.says(push(R"("join":{"info":{"user":"eve","client":"5"}})") + "\n" +
             push(R"("leave":{"info":{"user":"eve","client":"5"}})"));
    one.says(R"({"push":{"message":{"data":{"from":"ann","to":"bob","text":"psst","time":"2026-11-28T09:00:00Z"}}}})");
    one.says(R"({"push":{"message":{"data":{"from":"bob","to":"1.2.3.4:5","text":"yes"}}}})");
    one.says(R"({"push":{"message":{"data":{"notice":"mind the gap"}}}})");
    BOOST_TEST(one.received() ==
               "t <ann>|hi\na <ann>|/me waves\nT *|<ann> set the topic: x\nn *|hello all\nt! <bob>|mine\n"
               "t 1.2.3.4:5|no name\nj *|<eve> joined\nl *|<eve> left\np <ann> -> <bob>|psst\n"
               "p! <bob> -> 1.2.3.4:5|yes\nn *|mind the gap\n");
    one.says(push_of(14, "then"));
    const auto last = one.from_server.take();
    BOOST_TEST(last->room == "lobby");
    BOOST_TEST(last->member == 3u);
    BOOST_TEST((last->time == std::chrono::sys_days{std::chrono::year{2026} / 11 / 28} + 9h + 123ms));
}

BOOST_AUTO_TEST_CASE(what_came_already_or_from_a_room_that_was_left_or_is_no_publication_is_dropped)
{
    client_script one;
    one.enter();
    one.says(push_of(8, "hi"));
    one.says(push_of(8, "again"));
    one.says(push_of(7, "before"));
    one.says(push(R"("pub":)" + publication(9, "elsewhere"), "dev"));
    one.says(push(R"("pub":{"data":{"text":"none"}})"));
    one.says(push(R"("pub":{"data":{"text":7},"offset":9})"));
    one.says(push(R"("pub":{"data":{"text":"\u001b[31mclean\u0007"},"offset":10})"));
    BOOST_TEST(one.received() == "t <ann>|hi\nn *|[31mclean\n");
}

BOOST_AUTO_TEST_CASE(the_history_comes_before_what_was_said_meanwhile)
{
    client_script one{3};
    one.upgrade();
    one.says(R"({"id":1,"connect":{"client":"17","data":{"name":"1.1.1.1:1"}}})");
    one.says(R"({"id":2,"subscribe":{"epoch":"E","offset":7}})");
    (void)one.sent();
    one.says(push_of(8, "new"));
    one.says(R"({"push":{"message":{"data":{"notice":"news"}}}})");
    BOOST_TEST(one.received() == "");
    one.says(R"({"id":3,"history":{"publications":[)" + publication(7, "c") + "," + publication(5, "b") + "]}}");
    BOOST_TEST(one.received() == "");
    BOOST_TEST(one.sent() ==
               R"({"id":4,"history":{"channel":"lobby","limit":1,"reverse":true,"since":{"offset":5,"epoch":"E"}}})"
               "\n");
    one.says(R"({"id":4,"history":{"publications":[)" + publication(2, "a") + "]}}");
    BOOST_TEST(one.received() == "th <ann>|a\nth <ann>|b\nth <ann>|c\nt <ann>|new\nn *|news\n");
    BOOST_TEST(one.sent() == "{\"id\":5,\"presence_stats\":{\"channel\":\"lobby\"}}\n");
}

BOOST_AUTO_TEST_CASE(a_history_that_is_lost_with_the_connection_costs_nothing_that_came_meanwhile)
{
    client_script one{3};
    one.upgrade();
    one.says(R"({"id":1,"connect":{"client":"17","data":{"name":"bob"}}})");
    one.says(R"({"id":2,"subscribe":{"epoch":"E","offset":7}})");
    one.says(push_of(8, "new"));
    one.protocol->finish(one.from_server);
    BOOST_TEST(one.received() == "n *|you are <bob>\nt <ann>|new\n");
}

BOOST_AUTO_TEST_CASE(a_connection_goes_on_where_the_last_has_ended)
{
    client_script one;
    one.enter();
    one.says(push(R"("join":{"info":{"user":"eve","client":"5"}})"));
    one.says(push_of(9, "hi"));
    one.says(push(R"("leave":{"info":{"user":"eve","client":"5"}})"));
    (void)one.received();
    client_script two;
    two.place = one.place;
    two.upgrade();
    two.says(R"({"id":1,"connect":{"client":"18","data":{"name":"bob"}}})");
    BOOST_TEST(two.sent().find(R"("subscribe":{"channel":"lobby","recover":true,"epoch":"E","offset":9})") !=
               std::string::npos);
    two.says(R"({"id":2,"subscribe":{"epoch":"E","offset":9,"was_recovering":true,"recovered":true}})");
    two.says(push(R"("leave":{"info":{"user":"eve","client":"5"}})"));  // that is known
    two.says(push(R"("leave":{"info":{"user":"bob","client":"17"}})"));
    two.says(push(R"("pub":)" + publication(11, "mine", "", R"({"user":"bob","client":"17"})")));
    BOOST_TEST(two.received() == "n *|you are <bob>\nl *|<bob> left\nt! <bob>|mine\n");
}

BOOST_AUTO_TEST_CASE(a_gap_is_filled_from_the_history_and_what_is_not_there_is_counted)
{
    client_script one;
    one.place->epoch = "E";
    one.place->offset = 10;
    one.upgrade();
    one.says(R"({"id":1,"connect":{"client":"18","data":{"name":"bob"}}})");
    one.says(R"({"id":2,"subscribe":{"epoch":"E","offset":20,"was_recovering":true,"recovered":false}})");
    one.says(push_of(21, "d"));
    one.says(R"({"id":3,"history":{"publications":[)" + publication(20, "c") + "," + publication(18, "b") + "]}}");
    one.says(R"({"id":4,"history":{"publications":[)" + publication(10, "known") + "]}}");
    BOOST_TEST(one.received() == "n *|you are <bob>\ng *|7 messages missed\nt <ann>|b\nt <ann>|c\nt <ann>|d\n");
}

BOOST_AUTO_TEST_CASE(of_a_room_that_has_begun_anew_all_is_shown)
{
    client_script one;
    one.place->epoch = "E";
    one.place->offset = 10;
    one.upgrade();
    one.says(R"({"id":1,"connect":{"client":"18","data":{"name":"bob"}}})");
    one.says(R"({"id":2,"subscribe":{"epoch":"F","offset":2,"was_recovering":true}})");
    one.says(R"({"id":3,"history":{"publications":[)" + publication(2, "b") + "," + publication(1, "a") + "]}}");
    BOOST_TEST(one.received() == "n *|you are <bob>\ng *|the room has begun anew: messages may have been missed\n"
                                 "t <ann>|a\nt <ann>|b\n");
    BOOST_TEST(one.place->epoch == "F");
    BOOST_TEST(one.place->offset == 2u);
}

BOOST_AUTO_TEST_CASE(pings_are_answered_and_their_absence_ends_it)
{
    client_script one;
    one.enter();
    one.says("{}");
    BOOST_TEST(one.sent() == "{}\n");
    one.frame(chatroom::detail::opcode::ping, "abc");
    BOOST_TEST(one.sent() == "pong abc\n");
    one.after(34s);
    one.says("{}");
    one.after(34'999ms);
    BOOST_TEST(!one.protocol->ended());
    one.after(1ms);
    BOOST_TEST((one.protocol->ended() == websocket_error::no_ping));
}

BOOST_AUTO_TEST_CASE(a_time_that_is_none_is_not_told)
{
    using chatroom::detail::to_time;
    BOOST_TEST((to_time("1970-01-02T00:00:01.5Z") == std::chrono::system_clock::time_point{24h + 1500ms}));
    for (const auto* text : {"", "now", "2026-11-28", "2026-02-30T00:00:00Z", "2026-11-28T24:00:00Z",
                             "2026-11-28T-1:00:00Z", "2026-11-28T00:60:00Z", "2026-11-28T00:00:nanZ",
                             "2026-11-28T00:00:99Z", "4111-11-28T00:00:00Z", "2026-11-28T00:00:00+"}) {
        BOOST_TEST((to_time(text) == std::chrono::system_clock::time_point{}), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
