// SPDX-License-Identifier: BSL-1.0
// The lines of a WebSocket client, and how it ends.
#include "client_script.hpp"

#include <boost/test/data/test_case.hpp>

#include <random>

using namespace std::chrono_literals;
using chatroom::websocket_error;

BOOST_AUTO_TEST_SUITE(client_lines)

BOOST_AUTO_TEST_CASE(one_line_is_under_way_and_is_answered_by_its_id)
{
    client_script one;
    one.enter();
    one.send("hi", "5");
    one.send("//x", "6");
    BOOST_TEST(one.sent() ==
               "{\"id\":4,\"publish\":{\"channel\":\"lobby\",\"data\":{\"text\":\"hi\",\"id\":\"5\"}}}\n");
    one.says(R"({"id":4,"publish":{}})");
    BOOST_TEST(one.received() == "A *|5\n");
    BOOST_TEST(one.sent() ==
               "{\"id\":5,\"publish\":{\"channel\":\"lobby\",\"data\":{\"text\":\"/x\",\"id\":\"6\"}}}\n");
    one.says(R"({"id":5,"error":{"code":103,"message":"no"}})");
    BOOST_TEST(one.received() == "X *|no6\n");
    BOOST_TEST(one.protocol->waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(without_an_id_it_has_one_of_the_connection_and_no_answer)
{
    client_script one;
    one.enter();
    one.send("hi\nho");
    BOOST_TEST(one.sent().find(R"("id":"17-4")") != std::string::npos);
    one.says(R"({"id":4,"publish":{}})");
    BOOST_TEST(one.sent().find(R"("text":"ho")") != std::string::npos);
    one.says(R"({"id":5,"error":{"code":103,"message":"no"}})");
    BOOST_TEST(one.received() == "n *|no\n");
}

BOOST_AUTO_TEST_CASE(what_is_refused_for_now_is_sent_again_in_its_place)
{
    client_script one;
    one.enter();
    one.send("a", "1");
    one.send("b", "2");
    const auto first = one.sent();
    for (const auto wait : {250ms, 500ms, 1000ms, 2000ms, 4000ms, 4000ms}) {
        one.says(R"({"id":4,"error":{"code":111,"message":"too many requests","temporary":true}})");
        one.after(wait - 1ms);
        BOOST_TEST(one.sent() == "");
        one.after(1ms);
        BOOST_TEST(one.sent() == first);
        one.says("{}");
        BOOST_TEST(one.sent() == "{}\n");
    }
    BOOST_TEST(one.received() == "");
    one.says(R"({"id":4,"publish":{}})");
    BOOST_TEST(one.received() == "A *|1\n");
    BOOST_TEST(one.sent().find(R"("text":"b")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(answers_that_come_twice_or_too_late_do_no_harm)
{
    client_script one;
    one.enter();
    one.send("a", "1");
    (void)one.sent();
    for (int i = 0; i < 3; ++i) {
        one.says(R"({"id":4,"error":{"code":111,"message":"later","temporary":true}})");
    }
    one.says(R"({"id":4,"publish":{}})");
    one.says(R"({"id":4,"publish":{}})");
    one.says(R"({"id":2,"subscribe":{"epoch":"F","offset":0}})");
    one.after(5s);
    BOOST_TEST(one.sent() == "");
    BOOST_TEST(one.received() == "A *|1\n");
    one.says(R"({"push":{"channel":"lobby","unsubscribe":{"code":2500,"reason":"again"}}})");
    one.says(R"({"id":5,"error":{"code":102,"message":"gone"}})");
    BOOST_TEST(one.received() == "n *|gone\n");
    BOOST_TEST((one.protocol->ended() == websocket_error::refused));
}

BOOST_AUTO_TEST_CASE(what_is_longer_than_the_server_takes_is_not_sent)
{
    client_script one;
    one.upgrade();
    one.says(R"({"id":1,"connect":{"client":"17","data":{"name":"1.1.1.1:1","max_message":4}}})");
    one.says(R"({"id":2,"subscribe":{"epoch":"E","offset":7}})");
    (void)one.sent();
    one.send("12345", "1");
    one.send("1234", "2");
    BOOST_TEST(one.received() == "X *|your message is too long and was not passed on1\n");
    BOOST_TEST(one.sent().find(R"("text":"1234")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(commands_go_by_rpc_and_rooms_by_subscribing)
{
    client_script one;
    one.enter();
    one.send("/who", "1");
    BOOST_TEST(one.sent() ==
               "{\"id\":4,\"rpc\":{\"method\":\"command\",\"data\":{\"room\":\"lobby\",\"text\":\"/who\"}}}\n");
    one.says(R"({"id":4,"rpc":{"data":{"text":"lobby, 2 here:\n<ann>","name":"bob"}}})");
    BOOST_TEST(one.received() == "n *|lobby, 2 here:\nn *|<ann>\nA *|1\n");
    one.send("/join dev", "2");
    one.send("in dev", "3");
    BOOST_TEST(one.sent() == "{\"id\":5,\"subscribe\":{\"channel\":\"dev\"}}\n");
    one.says(R"({"id":5,"subscribe":{"epoch":"D","offset":0}})");
    BOOST_TEST(one.sent() ==
               "{\"id\":6,\"unsubscribe\":{\"channel\":\"lobby\"}}\n"
               "{\"id\":7,\"presence_stats\":{\"channel\":\"dev\"}}\n"
               "{\"id\":8,\"publish\":{\"channel\":\"dev\",\"data\":{\"text\":\"in dev\",\"id\":\"3\"}}}\n");
    BOOST_TEST(one.received() == "A *|2\n");
    BOOST_TEST(one.place->room == "dev");
    one.says(R"({"id":8,"publish":{}})");
    one.send("/join dev", "4");
    one.send("/leave", "5");
    BOOST_TEST(one.received() == "A *|3\nn *|you are in dev already\nA *|4\n");
    one.says(R"({"id":9,"error":{"code":102,"message":"too many rooms"}})");
    BOOST_TEST(one.received() == "n *|too many rooms\nA *|5\n");
    BOOST_TEST(one.place->room == "dev");
}

BOOST_AUTO_TEST_CASE(a_name_that_is_taken_is_told_and_it_goes_without)
{
    client_script one;
    one.place->name = "ann";
    one.upgrade();
    (void)one.sent();
    one.says(R"({"id":1,"error":{"code":409,"message":"ann is taken"}})");
    BOOST_TEST(one.sent() == "{\"id\":2,\"connect\":{\"name\":\"chatroom\",\"data\":{\"key\":\"\"}}}\n");
    one.says(R"({"id":2,"connect":{"client":"17","data":{"name":"1.2.3.4:5"}}})");
    BOOST_TEST(one.received() == "n *|ann is taken\n");
    BOOST_TEST(one.place->name == "ann");  // to be asked for the next time
    BOOST_TEST(one.from_server.local_name() == "1.2.3.4:5");
}

BOOST_AUTO_TEST_CASE(the_password_is_given_by_a_line_and_again_by_itself_on_the_next_connection)
{
    client_script one;
    one.upgrade();
    one.says(R"({"id":1,"error":{"code":101,"message":"this server has a password"}})");
    BOOST_TEST(one.protocol->settled());
    (void)one.received();
    one.send("hi", "1");
    one.send("/pass wrong", "2");
    BOOST_TEST(one.received() == "X *|this server has a password: /pass WORD1\n");
    BOOST_TEST(one.sent().find(R"("password":"wrong")") != std::string::npos);
    one.says(R"({"id":2,"error":{"code":101,"message":"that is wrong"}})");
    one.send("/pass right", "3");
    one.says(R"({"id":3,"connect":{"client":"17","data":{"name":"bob"}}})");
    BOOST_TEST(one.sent().find(R"("subscribe")") != std::string::npos);
    BOOST_TEST(one.place->password == "right");
}

BOOST_AUTO_TEST_CASE(it_leaves_behind_its_lines_by_a_close_frame)
{
    client_script one;
    one.enter();
    one.send("bye");
    one.send("/quit");
    (void)one.sent();
    one.says(R"({"id":4,"publish":{}})");
    BOOST_TEST(one.sent() == "close 1000\n");
    one.close(1000, {});
    BOOST_TEST((one.protocol->ended() == chatroom::error_code{}));
}

struct end_case {
    const char* name;
    std::string bytes;  // after the upgrade
    int value;          // of websocket_category()
    const char* last_words;
};

std::ostream& operator<<(std::ostream& to, const end_case& one)
{
    return to << one.name;
}

const end_case ends[] = {
    {"the server stops", "\x88\x0a\x0b\xb9shutdown", 3001, "n *|shutdown\n"},
    {"no reason", "\x88\x02\x0b\xc0", 3008, ""},
    {"a close without a code", std::string("\x88\0", 2), 1005, ""},
    {"a masked frame", "\x81\x82", static_cast<int>(websocket_error::violation), ""},
    {"a binary frame", "\x82\x01x", static_cast<int>(websocket_error::violation), ""},
    {"no JSON", "\x81\x01x", static_cast<int>(websocket_error::wrong_answer), ""},
    {"no object", "\x81\x02[]", static_cast<int>(websocket_error::wrong_answer), ""},
};

BOOST_DATA_TEST_CASE(each_end_has_its_reason, boost::unit_test::data::make(ends), one)
{
    client_script script;
    script.enter();
    script.bytes(one.bytes);
    BOOST_TEST_REQUIRE(script.protocol->ended().has_value());
    BOOST_TEST((*script.protocol->ended() == chatroom::error_code{one.value, chatroom::websocket_category()}));
    BOOST_TEST(script.received() == one.last_words);
    BOOST_TEST(script.sent().find("close") != std::string::npos);
    BOOST_TEST(!script.protocol->ended()->message().empty());
}

const std::pair<std::string, int> answers[] = {
    {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404},
    {"HTTP/1.1 200 OK\r\n\r\n", 200},
    {"*\nthis is a chat room, not a web server\n", static_cast<int>(websocket_error::no_websocket)},
    {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Accept: AAAALMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
     static_cast<int>(websocket_error::wrong_accept)},
    {"HTTP/1.1 " + std::string(20'000, 'x'), static_cast<int>(websocket_error::no_websocket)},
};

BOOST_AUTO_TEST_CASE(an_answer_that_is_no_upgrade_says_what_is_wrong_however_it_is_cut)
{
    for (const auto& [bytes, value] : answers) {
        for (std::size_t step : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
            client_script one;
            one.protocol = std::make_unique<chatroom::detail::client_protocol>(
                one.options, [] { return std::array<unsigned char, 4>{}; });
            one.protocol->begin({"host", "1", "/", "dGhlIHNhbXBsZSBub25jZQ=="});
            for (std::size_t at = 0; at < bytes.size(); at += step) {
                one.bytes(std::string_view{bytes}.substr(at, step));
            }
            BOOST_TEST_CONTEXT(bytes.substr(0, 40))
            {
                BOOST_TEST((one.protocol->ended() == chatroom::error_code{value, chatroom::websocket_category()}));
                BOOST_TEST(!one.protocol->settled());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(it_does_not_matter_how_the_bytes_are_cut)
{
    std::string bytes{client_script::switching};
    for (const std::string text :
         {R"({"id":1,"connect":{"client":"17","data":{"name":"bob"}}})",
          R"({"id":2,"subscribe":{"epoch":"E","offset":7}})",
          R"({"push":{"channel":"lobby","pub":{"data":{"text":"grüße"},"offset":8,"info":{"user":"ann"}}}})",
          "{}\n{\"push\":{\"channel\":\"lobby\",\"join\":{\"info\":{\"user\":\"eve\",\"client\":\"5\"}}}}",
          R"({"id":3,"presence_stats":{"num_clients":2}})"}) {
        chatroom::detail::append_text_frame(bytes, text);
    }
    std::mt19937 random{7};
    for (int round = 0; round < 200; ++round) {
        client_script one;
        one.options.place = one.place;
        one.protocol = std::make_unique<chatroom::detail::client_protocol>(
            one.options, [] { return std::array<unsigned char, 4>{9, 8, 7, 6}; });
        one.protocol->begin({"host", "1", "/", "dGhlIHNhbXBsZSBub25jZQ=="});
        one.protocol->output().clear();
        for (std::size_t at = 0; at < bytes.size();) {
            const auto step = 1 + random() % (round % 2 == 0 ? 3 : 200);
            one.bytes(std::string_view{bytes}.substr(at, step));
            at += step;
        }
        BOOST_TEST_REQUIRE(one.received() ==
                           "n *|you are <bob>\nt <ann>|grüße\nj *|<eve> joined\nn *|you are in lobby, 2 here\n");
        BOOST_TEST_REQUIRE(one.sent().find("{}\n") != std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
