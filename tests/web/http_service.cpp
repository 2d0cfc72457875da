// SPDX-License-Identifier: BSL-1.0
// One port for text and HTTP.
#include "web_fixture.hpp"

namespace {

struct reply {
    std::string head;
    std::string body;
};

reply get(web_fixture& f, const std::string& target, const std::string& more = {})
{
    web_peer browser{f.h.at};
    browser.ask(target, more);
    auto all = browser.rest();
    const auto end = all.find("\r\n\r\n");
    BOOST_TEST_REQUIRE(end != all.npos);
    return {all.substr(0, end + 2), all.substr(end + 4)};
}

bool has(const reply& got, const std::string& field)
{
    return got.head.find("\r\n" + field + "\r\n") != got.head.npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(web_http)

BOOST_AUTO_TEST_CASE(text_is_as_without_it_and_silence_is_text)
{
    web_fixture f;
    test_client ann{f.h.at};
    ann.say("hello\n");
    BOOST_TEST(ann.line() == ann.label());
    BOOST_TEST(ann.line() == "hello");
    test_client classroom{f.h.at};  // it sends no newline
    classroom.say("hi");
    BOOST_TEST_REQUIRE(advance_until(*f.h.time, 50ms, [&] { return classroom.socket().available() != 0; }));
    BOOST_TEST(classroom.line() == classroom.label());
    BOOST_TEST(classroom.line() == "hi");
    test_client silent{f.h.at};
    BOOST_TEST(advance_until(*f.h.time, 100ms, [&] { return f.lobby().members() == 3; }));
    ann.say("GET / HTTP/1.1 is a fine line\n");
    BOOST_TEST(silent.hear() == "GET / HTTP/1.1 is a fine line");
}

// A browser opens a connection before it has something to ask.
BOOST_AUTO_TEST_CASE(one_that_was_silent_and_has_heard_nothing_can_still_ask)
{
    web_fixture f;
    web_peer spare{f.h.at};
    web_peer another{f.h.at};
    BOOST_TEST_REQUIRE(advance_until(*f.h.time, 100ms, [&] { return f.lobby().members() == 2; }));
    spare.ask("/healthz");
    BOOST_TEST(spare.rest().starts_with("HTTP/1.1 200 "));
    BOOST_TEST(advance_until(*f.h.time, 0s, [&] { return f.lobby().members() == 1; }));
    BOOST_TEST(f.h.events->times("left answered") == 1);
    another.enter("ann").say(R"({"publish":{"channel":"lobby","data":{"text":"hi"}},"id":3})");
    const auto answer = another.hear();
    BOOST_TEST((answer + another.hear()).find(R"("text":"hi")") != std::string::npos);
    BOOST_TEST(f.lobby().members() == 1U);
    BOOST_TEST(f.h.events->times("left answered") == 2);
}

BOOST_AUTO_TEST_CASE(one_that_was_silent_and_has_heard_something_speaks_text)
{
    web_fixture f;
    web_peer silent{f.h.at};
    BOOST_TEST_REQUIRE(advance_until(*f.h.time, 100ms, [&] { return f.lobby().members() == 1; }));
    test_client ann{f.h.at};
    ann.say("hello\n");
    BOOST_TEST(silent.raw().hear() == "hello");
    silent.ask("/healthz");
    BOOST_TEST(silent.rest().find("this is a chat room, not a web server") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_that_was_silent_and_has_heard_nothing_can_speak_text)
{
    web_fixture f;
    test_client silent{f.h.at};
    BOOST_TEST_REQUIRE(advance_until(*f.h.time, 100ms, [&] { return f.lobby().members() == 1; }));
    silent.say("hello\n");
    BOOST_TEST(silent.hear() == "hello");
    BOOST_TEST(f.h.events->times("joined") == 1);
}

BOOST_AUTO_TEST_CASE(a_full_room_serves_what_needs_no_place_and_each_is_told_in_its_protocol)
{
    tcp_room_options members;
    members.members.max_members = 1;
    web_fixture f{{}, members};
    test_client ann{f.h.at};
    ann.say("hello\n");
    BOOST_TEST(ann.hear() == "hello");
    BOOST_TEST(get(f, "/healthz").head.starts_with("HTTP/1.1 200 "));
    BOOST_TEST(get(f, "/").head.starts_with("HTTP/1.1 200 "));
    BOOST_TEST(f.h.events->times("refused room_full") == 0);
    web_peer browser{f.h.at};
    browser.upgrade().say(R"({"connect":{"data":{"name":"bob"}},"id":1})");
    BOOST_TEST(browser.hear() == "close 3004 the room is full");
    test_client bob{f.h.at};
    bob.say("hi\n");
    BOOST_TEST(bob.hear() == "the room is full");
    test_client silent{f.h.at};
    BOOST_TEST_REQUIRE(advance_until(*f.h.time, 100ms, [&] { return silent.socket().available() != 0; }));
    BOOST_TEST(silent.hear() == "the room is full");
    test_client hasty{f.h.at};
    hasty.socket().shutdown(asio::ip::tcp::socket::shutdown_send);
    BOOST_TEST(hasty.hear() == "the room is full");
    BOOST_TEST(f.h.events->times("refused room_full") == 4);
}

BOOST_AUTO_TEST_CASE(one_that_the_policy_refuses_is_told_in_its_protocol)
{
    room_policy policy;
    policy.admit = [](std::string, transport) -> asio::awaitable<admission_verdict> {
        co_return admission_verdict::refuse("you are banned");
    };
    web_fixture f{{}, {}, policy};
    const auto page = get(f, "/");
    BOOST_TEST(page.head.starts_with("HTTP/1.1 403 Forbidden\r\n"));
    BOOST_TEST(page.body == "you are banned\n");
    test_client bob{f.h.at};
    bob.say("hi\n");
    BOOST_TEST(bob.hear() == "you are banned");
    BOOST_TEST(f.h.events->times("refused rejected") == 2);
    const auto answers = f.service.answers();
    BOOST_TEST_REQUIRE(answers.size() == 1U);
    BOOST_TEST(answers[0].status == 403U);
    BOOST_TEST(answers[0].count == 1U);
}

BOOST_AUTO_TEST_CASE(the_page_has_a_policy_that_lets_in_nothing_from_elsewhere)
{
    web_options options;
    options.page = "<!doctype html><style>p{}</style><p>x</p><script>1</script>";
    web_fixture f{options};
    const auto got = get(f, "/");
    BOOST_TEST(got.head.starts_with("HTTP/1.1 200 OK\r\n"));
    BOOST_TEST(got.body == options.page);
    // printf 1 | openssl dgst -sha256 -binary | base64
    BOOST_TEST(got.head.find("script-src 'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='") != got.head.npos);
    BOOST_TEST(got.head.find("connect-src 'self' ws://localhost wss://localhost\r\n") != got.head.npos);
    for (const auto* const rule :
         {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"}) {
        BOOST_TEST(got.head.find(rule) != got.head.npos);
    }
    BOOST_TEST(has(got, "X-Content-Type-Options: nosniff"));
    BOOST_TEST(has(got, "Referrer-Policy: no-referrer"));
    BOOST_TEST(f.lobby().members() == 0U);
    BOOST_TEST(f.h.events->times("connected") == 0);
}

BOOST_AUTO_TEST_CASE(every_request_gets_its_status)
{
    web_options options;
    options.metrics = [] { return "members 1\n"; };
    web_fixture f{options};
    BOOST_TEST(get(f, "/healthz").body == "ok\n");
    BOOST_TEST(get(f, "/metrics").body == "members 1\n");
    BOOST_TEST(get(f, "/metrics", "Via: 1.1 proxy\r\n").head.starts_with("HTTP/1.1 404 "));
    BOOST_TEST(get(f, "/other").head.starts_with("HTTP/1.1 404 "));
    BOOST_TEST(get(f, "/connection/websocket").head.starts_with("HTTP/1.1 426 "));
    web_peer rebound{f.h.at};
    rebound.raw().say("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    BOOST_TEST(rebound.rest().starts_with("HTTP/1.1 421 "));
    web_peer foreign{f.h.at};
    foreign.ask("/connection/websocket",
                "Origin: https://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: "
                "dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n");
    BOOST_TEST(foreign.rest().starts_with("HTTP/1.1 403 "));
    web_peer posts{f.h.at};
    posts.raw().say("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx");
    BOOST_TEST(posts.rest().starts_with("HTTP/1.1 405 "));
    BOOST_TEST(f.h.events->times("refused answered") == 0);
}

BOOST_AUTO_TEST_CASE(what_is_measured_is_for_certain_networks)
{
    web_options options;
    options.metrics = [] { return "members 1\n"; };
    tcp_room_options members;
    members.proxy_networks = {"127.0.0.1"};
    web_fixture f{options, members};
    const auto status = [&](const std::string& header, const std::string& target) {
        web_peer monitor{f.h.at};
        monitor.raw().say(header);
        monitor.ask(target);
        const auto all = monitor.rest();
        return all.substr(0, std::min(all.size(), std::string{"HTTP/1.1 404"}.size()));
    };
    for (const std::string target : {"/metrics", "/healthz"}) {
        BOOST_TEST(status("PROXY TCP4 127.0.0.1 127.0.0.1 5 6\r\n", target) == "HTTP/1.1 200");
        BOOST_TEST(status("PROXY TCP4 192.0.2.7 127.0.0.1 5 6\r\n", target) == "HTTP/1.1 404");
        BOOST_TEST(status("PROXY UNKNOWN\r\n", target) == "HTTP/1.1 404");
    }
    options.metrics_networks = {"192.0.2.0/24"};
    f.service.set_options(options);
    BOOST_TEST(status("PROXY TCP4 192.0.2.7 127.0.0.1 5 6\r\n", "/metrics") == "HTTP/1.1 200");
    BOOST_TEST(status("PROXY TCP4 127.0.0.1 127.0.0.1 5 6\r\n", "/metrics") == "HTTP/1.1 404");
}

BOOST_AUTO_TEST_CASE(other_options_hold_for_those_who_come)
{
    web_options options;
    options.page = "<!doctype html><p>old";
    web_fixture f{options};
    web_peer here{f.h.at};
    here.enter("ann");
    BOOST_TEST(get(f, "/").body == options.page);
    BOOST_TEST(get(f, "/ca.crt").head.starts_with("HTTP/1.1 404 "));
    options.page = "<!doctype html><p>new";
    options.ca = "-----BEGIN CERTIFICATE-----\n";
    f.service.set_options(options);
    BOOST_TEST(get(f, "/").body == options.page);
    BOOST_TEST(get(f, "/ca.crt").body == options.ca);
    BOOST_TEST(has(get(f, "/ca.crt"), "Content-Type: application/x-x509-ca-cert"));
    options.metrics_networks = {"everybody"};
    BOOST_CHECK_THROW(f.service.set_options(options), std::invalid_argument);
    BOOST_TEST(get(f, "/").body == options.page);
    web_peer next{f.h.at};
    next.enter("bob").say(R"({"publish":{"channel":"lobby","data":{"text":"hi"}},"id":3})");
    BOOST_TEST(here.hear().find(R"("text":"hi")") != std::string::npos);  // one format for both
}

BOOST_AUTO_TEST_CASE(a_request_has_its_time)
{
    web_fixture f;
    web_peer slow{f.h.at};
    const std::string part = "GET / HTTP/1.1\r\nHost: local";
    slow.raw().say(part);
    const auto is_read = [&] { return f.h.tcp->statistics().text.received_bytes == part.size(); };
    BOOST_TEST_REQUIRE(advance_until(*f.h.time, 0s, is_read));  // else its silence is what counts
    BOOST_TEST(advance_until(*f.h.time, 1s, [&] { return slow.raw().socket().available() != 0; }));
    BOOST_TEST(slow.rest().starts_with("HTTP/1.1 408 "));
}

BOOST_AUTO_TEST_CASE(options_out_of_their_range_are_refused)
{
    const room any;
    BOOST_CHECK_THROW((web_service{any, {.ping_interval = 999ms}}), std::invalid_argument);
    BOOST_CHECK_THROW((web_service{any, {.silence = 0ms}}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
