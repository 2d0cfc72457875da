// SPDX-License-Identifier: BSL-1.0
// Members of the JSON protocol in rooms.
#include "web_fixture.hpp"

namespace {

bool starts(const std::string& text, std::string_view with)
{
    return text.starts_with(with);
}

// Without what differs from run to run.
std::string without_time(std::string text)
{
    const auto at = text.find(R"("time":")");
    return at == text.npos ? text : text.erase(at + 8, 24);
}

std::string last_close(web_peer& from)
{
    for (;;) {
        auto heard = from.hear();
        if (heard.starts_with("close") || heard == "(end)") {
            return heard;
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(web_websocket)

BOOST_AUTO_TEST_CASE(a_browser_and_a_text_member_are_in_one_room)
{
    web_fixture f;
    auto ann = f.h.enter();
    web_peer bob{f.h.at};
    bob.enter("bob");
    BOOST_TEST(f.lobby().members() == 2U);
    bob.say(R"({"publish":{"channel":"lobby","data":{"text":"hi \"all\" ☕"}},"id":3})");
    BOOST_TEST(ann.line() == "<bob>");
    BOOST_TEST(ann.line() == "hi \"all\" ☕");
    BOOST_TEST(bob.hear() == R"({"id":3,"publish":{}})");
    const auto own = bob.hear();
    BOOST_TEST(starts(own, R"({"push":{"channel":"lobby","pub":{"data":{"text":"hi \u0022all\u0022 ☕","time":")"));
    BOOST_TEST(own.find(R"("offset":2,"info":{"user":"bob","client":")") != own.npos);
    ann.say("and \\ back\n");
    const auto heard = bob.hear();
    BOOST_TEST(heard.find(R"("text":"and \u005c back")") != heard.npos);
    BOOST_TEST(heard.find(R"("offset":3,"info":{"user":")" + ann.label() + '"') != heard.npos);
}

BOOST_AUTO_TEST_CASE(commands_are_carried_out_in_order_also_behind_a_connect_in_one_frame)
{
    web_fixture f;
    web_peer bob{f.h.at};
    bob.upgrade(web_peer::frame(R"({"connect":{"data":{"name":"bob"}},"id":1})"
                                "\n"
                                R"({"subscribe":{"channel":"lobby"},"id":2})"
                                "\n\n"
                                R"({"rpc":{"method":"command","data":{"room":"lobby","text":"/slow"}},"id":3})"
                                "\n"
                                R"({"publish":{"channel":"lobby","data":{"text":"x"}},"id":4})"));
    BOOST_TEST(starts(bob.hear(), R"({"id":1,"connect":{"client":")"));
    BOOST_TEST(starts(bob.hear(), R"({"id":2,"subscribe":{"recoverable":true,"positioned":true,"epoch":")"));
    BOOST_TEST(bob.hear() == R"({"id":3,"rpc":{"data":{"text":"lobby: /slow\ndone","name":"bob"}}})");
    BOOST_TEST(bob.hear() == R"({"id":4,"publish":{}})");
}

BOOST_AUTO_TEST_CASE(an_entry_that_is_refused_says_why)
{
    web_fixture f;
    web_peer one{f.h.at};
    one.upgrade().say(R"({"connect":{"data":{"name":"taken"}},"id":1})"
                      "\n"
                      R"({"subscribe":{"channel":"lobby"},"id":2})");
    BOOST_TEST(one.hear() == R"({"id":1,"error":{"code":409,"message":"taken is taken"}})");
    web_peer two{f.h.at};
    two.upgrade().say(R"({"connect":{"data":{"password":"wrong"}},"id":1})");
    BOOST_TEST(two.hear() == R"({"id":1,"error":{"code":101,"message":"that is wrong"}})");
    web_peer three{f.h.at};
    three.upgrade().say(R"({"connect":{"data":{"name":"banned"}},"id":1})");
    BOOST_TEST(three.hear() == "close 3507 you are banned");
    BOOST_TEST(f.lobby().members() == 0U);
}

BOOST_AUTO_TEST_CASE(a_member_is_in_several_rooms_and_leaves_them)
{
    web_fixture f;
    web_peer bob{f.h.at};
    bob.enter("bob").say(R"({"subscribe":{"channel":"b"},"id":3})");
    BOOST_TEST(starts(bob.hear(), R"({"id":3,"subscribe":{)"));
    BOOST_TEST(!f.b().publish("<x>", "in b"));
    BOOST_TEST(starts(bob.hear(), R"({"push":{"channel":"b","pub":{"data":{"text":"in b")"));
    bob.say(R"({"subscribe":{"channel":"b"},"id":4})"
            "\n"
            R"({"subscribe":{"channel":"c"},"id":5})"
            "\n"
            R"({"unsubscribe":{"channel":"b"},"id":6})"
            "\n"
            R"({"publish":{"channel":"b","data":{"text":"x"}},"id":7})"
            "\n"
            R"({"unsubscribe":{"channel":"b"},"id":8})");
    BOOST_TEST(bob.hear() == R"({"id":4,"error":{"code":105,"message":"already subscribed"}})");
    BOOST_TEST(bob.hear() == R"({"id":5,"error":{"code":102,"message":"there is no such room"}})");
    BOOST_TEST(bob.hear() == R"({"id":6,"unsubscribe":{}})");
    BOOST_TEST(bob.hear() == R"({"id":7,"error":{"code":103,"message":"you are not in that room"}})");
    BOOST_TEST(bob.hear() == R"({"id":8,"unsubscribe":{}})");
    BOOST_TEST(f.b().members() == 0U);
    BOOST_TEST(f.saw("bob left b"));
    bob.raw().reset();
    BOOST_TEST(f.saw("bob gone reset"));
}

BOOST_AUTO_TEST_CASE(a_gap_is_closed_exactly_or_said_to_be_there)
{
    web_fixture f;
    for (const auto* const text : {"0", "1", "2"}) {
        BOOST_TEST(!f.b().publish("<x>", text));
    }
    const auto epoch = f.b().epoch();
    const auto recover = [&](const std::string& from, const std::string& of) {
        return R"({"subscribe":{"channel":"b","recover":true,"offset":)" + from + R"(,"epoch":")" + of +
               R"("},"id":2})";
    };
    web_peer bob{f.h.at};
    bob.connect("bob").say(recover("1", epoch));
    BOOST_TEST(bob.hear() == R"({"id":2,"subscribe":{"recoverable":true,"positioned":true,"epoch":")" + epoch +
                                 R"(","offset":1,"was_recovering":true,"recovered":true}})");
    BOOST_TEST(starts(bob.hear(), R"({"push":{"channel":"b","pub":{"data":{"text":"1")"));
    BOOST_TEST(starts(bob.hear(), R"({"push":{"channel":"b","pub":{"data":{"text":"2")"));
    for (const auto& [from, of] : {std::pair{std::string{"1"}, std::string{"another"}}, {"9", epoch}, {"-1", epoch}}) {
        web_peer late{f.h.at};
        late.connect("late").say(recover(from, of));
        BOOST_TEST(late.hear() == R"({"id":2,"subscribe":{"recoverable":true,"positioned":true,"epoch":")" + epoch +
                                      R"(","offset":3,"was_recovering":true,"recovered":false}})");
    }
    const std::string long_text(4000, 'x');
    bob.raw().reset();
    BOOST_TEST_REQUIRE(f.saw("bob gone reset"));
    while (f.b().extent().first < 2) {
        BOOST_TEST_REQUIRE(!f.b().publish("<x>", long_text));
    }
    web_peer late{f.h.at};
    late.connect("late").say(recover("1", epoch));
    BOOST_TEST(late.hear().ends_with(R"("was_recovering":true,"recovered":false}})"));
    BOOST_TEST(!f.b().publish("<x>", "after"));
    BOOST_TEST(starts(late.hear(), R"({"push":{"channel":"b","pub":{"data":{"text":"after")"));
}

BOOST_AUTO_TEST_CASE(what_is_sent_again_under_its_id_is_published_once)
{
    web_fixture f;
    auto ann = f.h.enter();
    const std::string connect = R"({"connect":{"data":{"name":"bob","key":"secret"}},"id":1})";
    const std::string again = R"({"publish":{"channel":"lobby","data":{"text":"once","id":"a"}},"id":3})";
    for (int i = 0; i < 2; ++i) {
        web_peer bob{f.h.at};
        bob.upgrade().say(connect +
                          "\n"
                          R"({"subscribe":{"channel":"lobby"},"id":2})"
                          "\n" +
                          again);
        BOOST_TEST(starts(bob.hear(), R"({"id":1,)"));
        BOOST_TEST(starts(bob.hear(), R"({"id":2,)"));
        BOOST_TEST(bob.hear() == R"({"id":3,"publish":{}})");
    }
    BOOST_TEST(!f.lobby().publish("end"));
    BOOST_TEST(ann.hear() == "once");
    BOOST_TEST(ann.hear() == "end");
}

BOOST_AUTO_TEST_CASE(history_is_given_by_pages_in_both_directions)
{
    web_fixture f;
    for (int i = 1; i <= 5; ++i) {
        BOOST_TEST(!f.b().publish("<x>", std::to_string(i)));
    }
    BOOST_TEST(!f.b().publish({.kind = entry_kind::joined, .member = 7, .sender = "*", .text = "<y> joined"}));
    web_peer bob{f.h.at};
    bob.enter("bob", "b");
    const auto texts = [&](const std::string& parameters) {
        bob.say(R"({"history":{"channel":"b")" + parameters + R"(},"id":9})");
        auto heard = bob.hear();
        while (!heard.starts_with(R"({"id":9,)")) {
            heard = bob.hear();
        }
        std::string all;
        for (auto at = heard.find(R"("text":")"); at != heard.npos; at = heard.find(R"("text":")", at + 1)) {
            all += heard[at + 8];
        }
        BOOST_TEST(heard.find(R"("offset":6}})") != heard.npos);
        return all;
    };
    BOOST_TEST(texts("") == "");
    BOOST_TEST(texts(R"(,"limit":-1)") == "12345");
    BOOST_TEST(texts(R"(,"limit":2)") == "12");
    BOOST_TEST(texts(R"(,"limit":2,"reverse":true)") == "54");
    BOOST_TEST(texts(R"(,"limit":2,"since":{"offset":2})") == "34");
    BOOST_TEST(texts(R"(,"limit":9,"since":{"offset":4},"reverse":true)") == "321");
    BOOST_TEST(texts(R"(,"limit":9,"since":{"offset":1},"reverse":true)") == "");
    BOOST_TEST(texts(R"(,"limit":9,"since":{"offset":900})") == "");
    bob.say(R"({"history":{"channel":"b","limit":1,"since":{"offset":1,"epoch":"other"}},"id":10})");
    BOOST_TEST(bob.hear() == R"({"id":10,"error":{"code":112,"message":"unrecoverable position"}})");
    const std::string long_text(4000, 'x');
    for (int i = 0; i < 30; ++i) {
        BOOST_TEST(!f.b().publish("<x>", long_text));
    }
    bob.say(R"({"history":{"channel":"b","limit":100,"reverse":true},"id":11})");
    auto heard = bob.hear();
    while (!heard.starts_with(R"({"id":11,)")) {
        heard = bob.hear();
    }
    BOOST_TEST(heard.size() < 40U * 1024);
    BOOST_TEST(heard.size() > 30U * 1024);
}

BOOST_AUTO_TEST_CASE(presence_lines_and_private_messages_have_their_forms)
{
    web_fixture f;
    web_peer bob{f.h.at};
    bob.enter("bob").say(R"({"presence":{"channel":"lobby"},"id":3})"
                         "\n"
                         R"({"presence_stats":{"channel":"lobby"},"id":4})");
    const auto present = bob.hear();
    BOOST_TEST(starts(present, R"({"id":3,"presence":{"presence":{")"));
    BOOST_TEST(present.find(R"("user":"bob"})") != present.npos);
    BOOST_TEST(bob.hear() == R"({"id":4,"presence_stats":{"num_clients":1,"num_users":1}})");
    const auto who = asio::co_spawn(f.h.io, f.lobby().list(), asio::use_future).get().front();
    BOOST_TEST((who.transport() == transport::websocket));
    BOOST_TEST(!who.send("<ann> -> <bob>", "psst"));
    BOOST_TEST(without_time(bob.hear()) ==
               R"({"push":{"message":{"data":{"from":"ann","to":"bob","text":"psst","time":""}}}})");
    BOOST_TEST(!who.send("to you"));
    BOOST_TEST(without_time(bob.hear()) == R"({"push":{"message":{"data":{"notice":"to you","time":""}}}})");
    BOOST_TEST(!f.lobby().publish({.kind = entry_kind::joined, .member = 7, .sender = "*", .text = "<eve> joined"}));
    BOOST_TEST(bob.hear() == R"({"push":{"channel":"lobby","join":{"info":{"user":"eve","client":"7"}}}})");
    BOOST_TEST(!f.lobby().publish({.kind = entry_kind::action, .member = 7, .sender = "<eve>", .text = "/me waves"}));
    BOOST_TEST(
        without_time(bob.hear()) ==
        R"({"push":{"channel":"lobby","pub":{"data":{"text":"waves","time":"","kind":"action"},"offset":2,"info":{"user":"eve","client":"7"}}}})");
    BOOST_TEST(!who.disconnect("removed by <ann>: 42"));
    BOOST_TEST(last_close(bob) == "close 3503 removed by <ann>: 42");
}

BOOST_AUTO_TEST_CASE(above_the_rate_a_publication_gets_a_temporary_error)
{
    tcp_room_options slow;
    slow.members.rate = 1;
    slow.members.burst = 1;
    web_fixture f{{}, slow};
    web_peer bob{f.h.at};
    bob.enter("bob").say(R"({"publish":{"channel":"lobby","data":{"text":"1"}},"id":3})"
                         "\n"
                         R"({"publish":{"channel":"lobby","data":{"text":"2"}},"id":4})");
    BOOST_TEST(bob.hear() == R"({"id":3,"publish":{}})");
    BOOST_TEST(bob.hear() == R"({"id":4,"error":{"code":111,"message":"too many requests","temporary":true}})");
}

BOOST_AUTO_TEST_CASE(a_bad_request_ends_its_connection_with_a_code)
{
    const std::string deep(100, '[');
    for (const auto& bad :
         {std::string{"{"}, std::string{"[]"}, std::string{"7"}, std::string{"null"}, std::string{R"({"id":1})"},
          std::string{R"({"publish":{}})"}, std::string{R"({"publish":{},"id":"1"})"},
          std::string{R"({"publish":{},"id":-1})"}, std::string{R"({"publish":{},"id":1.5})"}, R"({"publish":)" + deep,
          std::string{R"({"connect":{},"id":5})"}, std::string{R"({"error":{}})"}, std::string{"{} {}"}}) {
        web_fixture f;
        web_peer bob{f.h.at};
        bob.connect("bob").say(bad == R"({"id":1})" ? R"({"id":0})" : bad);
        BOOST_TEST(last_close(bob) == "close 3501 bad request", bad);
    }
    web_fixture f;
    web_peer early{f.h.at};
    early.upgrade().say(R"({"publish":{},"id":1})");
    BOOST_TEST(early.hear() == "close 3501 bad request");
    web_peer bob{f.h.at};
    bob.connect("bob").say(R"({"other":{},"id":7})"
                           "\n"
                           R"({"rpc":{"method":"x"},"id":8})"
                           "\n"
                           R"({"rpc":{"method":"command","data":{"text":"no"}},"id":9})"
                           "\n"
                           R"({"send":{}})"
                           "\n"
                           R"({"subscribe":{"channel":7},"id":10})"
                           "\n"
                           R"({"ping":{},"id":11})");
    BOOST_TEST(bob.hear() == R"({"id":7,"error":{"code":104,"message":"method not found"}})");
    BOOST_TEST(bob.hear() == R"({"id":8,"error":{"code":104,"message":"method not found"}})");
    BOOST_TEST(starts(bob.hear(), R"({"id":9,"error":{"code":107)"));
    BOOST_TEST(starts(bob.hear(), R"({"id":10,"error":{"code":102)"));
    BOOST_TEST(bob.hear() == R"({"id":11,"ping":{}})");
}

BOOST_AUTO_TEST_CASE(control_frames_and_violations_of_rfc_6455)
{
    web_fixture f;
    web_peer bob{f.h.at};
    bob.enter("bob");
    bob.raw().say(web_peer::frame("are you there", detail::opcode::ping));
    BOOST_TEST(bob.hear() == "pong are you there");
    bob.raw().say(web_peer::frame(std::string_view{"\x03\xe8", 2}, detail::opcode::close));
    BOOST_TEST(starts(bob.hear(), "close 1000"));
    BOOST_TEST(bob.hear() == "(end)");
    bob.raw().reset();
    BOOST_TEST(f.saw("bob gone quit"));
    web_peer empty{f.h.at};
    empty.connect("empty").raw().say(web_peer::frame({}, detail::opcode::close));
    BOOST_TEST(starts(empty.hear(), "close 1005"));
    web_peer wrong{f.h.at};
    wrong.connect("wrong").raw().say("\x81\x01x");  // no mask
    BOOST_TEST(starts(wrong.hear(), "close 1002"));
    wrong.raw().reset();
    BOOST_TEST(f.saw("wrong gone wrong_protocol"));
    web_peer big{f.h.at};
    big.connect("big").say(std::string(100'000, 'x'));
    BOOST_TEST(starts(big.hear(), "close 1009"));
}

BOOST_AUTO_TEST_CASE(a_member_that_answers_no_ping_is_let_go_and_one_that_does_stays)
{
    web_fixture f;
    web_peer ann{f.h.at};
    web_peer bob{f.h.at};
    ann.enter("ann");
    bob.enter("bob");
    f.h.time->advance(25s);
    BOOST_TEST(ann.hear() == "{}");
    BOOST_TEST(bob.hear() == "{}");
    ann.say("{}").say(R"({"ping":{},"id":3})");
    BOOST_TEST(ann.hear() == R"({"id":3,"ping":{}})");
    f.h.time->advance(10s);
    BOOST_TEST(last_close(bob) == "close 3012 no pong");
    bob.raw().reset();
    BOOST_TEST(f.saw("bob gone timed_out"));
    BOOST_TEST(f.lobby().members() == 1U);
    web_peer stale{f.h.at};
    stale.upgrade();
    BOOST_TEST(advance_until(*f.h.time, 1s, [&] { return stale.raw().socket().available() != 0; }));
    BOOST_TEST(stale.hear() == "close 3502 stale");
}

BOOST_AUTO_TEST_CASE(a_stop_says_that_it_is_one)
{
    web_fixture f;
    web_peer ann{f.h.at};
    ann.enter("ann");
    web_peer bob{f.h.at};
    bob.connect("bob");
    f.h.tcp->stop();
    BOOST_TEST(starts(last_close(ann), "close 3001 "));
    BOOST_TEST(starts(last_close(bob), "close 3001 "));
}

// What it asks for is some 60 MB; what the kernel and the server hold for it is less.
BOOST_AUTO_TEST_CASE(one_that_takes_no_answers_is_read_no_more_until_it_does)
{
    web_fixture f;
    const std::string long_text(4000, 'x');
    for (int i = 0; i < 9; ++i) {
        BOOST_TEST(!f.b().publish("<x>", long_text));
    }
    web_peer bob{f.h.at};
    bob.enter("bob", "b");
    std::thread asking{[&bob] {
        for (int i = 1; i <= 1800; ++i) {
            bob.say(R"({"history":{"channel":"b","limit":9},"id":)" + std::to_string(i) + "}");
        }
    }};
    std::this_thread::sleep_for(300ms);  // more would be read, or not, by then
    for (int i = 1; i <= 1800; ++i) {
        BOOST_TEST_REQUIRE(bob.hear().starts_with(R"({"id":)" + std::to_string(i) + R"(,"history":)"));
    }
    asking.join();
    BOOST_TEST(f.h.events->times("left slow_consumer") == 0);
    std::string many;
    for (int i = 1; i <= 101; ++i) {
        many += R"({"ping":{},"id":)" + std::to_string(i) + "}\n";
    }
    bob.say(many);
    BOOST_TEST(last_close(bob) == "close 3501 bad request");
}

BOOST_AUTO_TEST_SUITE_END()
