// SPDX-License-Identifier: BSL-1.0
#include <web/http_reader.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace chatroom::detail;
using namespace std::string_literals;

namespace {

using result = http_reader::result;

const std::string host = "Host: example.org\r\n";

struct outcome {
    result what;
    std::size_t taken;  // bytes
    http_reader reader;
};

outcome read(const std::string& bytes, std::size_t step)
{
    outcome found{result::need_more, 0, {}};
    while (found.taken < bytes.size() && found.what == result::need_more) {
        auto part = std::string_view{bytes}.substr(found.taken, step);
        const auto size = part.size();
        found.what = found.reader.next(part);
        found.taken += size - part.size();
    }
    return found;
}

/// The request that `bytes` are, to the last byte, wherever they are cut.
http_request request_of(const std::string& bytes)
{
    for (std::size_t step = 1; step <= std::min<std::size_t>(bytes.size(), 300); ++step) {
        const auto found = read(bytes + "behind", step);
        BOOST_TEST_REQUIRE((found.what == result::request), found.reader.status() << " in steps of " << step);
        BOOST_TEST_REQUIRE(found.taken == bytes.size());
    }
    auto found = read(bytes + "behind", bytes.size() + 6);
    BOOST_TEST((found.what == result::request));
    BOOST_TEST(found.taken == bytes.size());
    return found.reader.request();
}

http_request get(const std::string& target, const std::string& fields = host)
{
    return request_of("GET " + target + " HTTP/1.1\r\n" + fields + "\r\n");
}

void check_bad(const std::string& bytes, unsigned status)
{
    BOOST_TEST_CONTEXT(bytes.substr(0, 200))
    {
        for (const auto step : {std::size_t{1}, std::size_t{2}, std::size_t{7}, bytes.size()}) {
            auto found = read(bytes, step);
            BOOST_TEST_REQUIRE((found.what == result::bad));
            BOOST_TEST(found.reader.status() == status);
            const auto again = "GET / HTTP/1.1\r\n" + host + "\r\n";
            std::string_view more{again};
            BOOST_TEST((found.reader.next(more) == result::need_more));
            BOOST_TEST(more.empty());
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_requests)

BOOST_AUTO_TEST_CASE(a_request_of_a_browser_is_read)
{
    const auto request = get("/index.html?a=1&b=?", host + "Origin: http://example.org\r\nX-Other: x\r\n");
    BOOST_TEST(!request.head);
    BOOST_TEST(request.http_1_1);
    BOOST_TEST(request.path == "/index.html");
    BOOST_TEST(request.query == "a=1&b=?");
    BOOST_TEST(request.host == "example.org");
    BOOST_TEST(*request.origin == "http://example.org");
    BOOST_TEST(!request.forwarded);
    BOOST_TEST(!request.upgrade);
    BOOST_TEST(!get("/").origin.has_value());
    BOOST_TEST(get("/?").path == "/");
    BOOST_TEST(get("/").query.empty());
}

BOOST_AUTO_TEST_CASE(head_and_http_1_0_are_served)
{
    BOOST_TEST(request_of("HEAD / HTTP/1.1\r\n" + host + "\r\n").head);
    const auto old = request_of("GET / HTTP/1.0\r\n\r\n");
    BOOST_TEST(!old.http_1_1);
    BOOST_TEST(old.host.empty());
    BOOST_TEST(request_of("GET / HTTP/1.0\r\n" + host + "\r\n").host == "example.org");
}

BOOST_AUTO_TEST_CASE(the_host_of_an_absolute_target_counts)
{
    const auto request = get("http://other.org:8080/path?q");
    BOOST_TEST(request.host == "other.org:8080");
    BOOST_TEST(request.path == "/path");
    BOOST_TEST(request.query == "q");
    BOOST_TEST(get("http://other.org").path == "/");
    BOOST_TEST(get("http://other.org?q").path == "/");
    BOOST_TEST(get("http://other.org?q").query == "q");
    BOOST_TEST(get("/redirect?to=http://other.org").host == "example.org");
    check_bad("GET http:///x HTTP/1.1\r\n" + host + "\r\n", 400);
    check_bad("GET http://user@other.org/ HTTP/1.1\r\n" + host + "\r\n", 400);
}

BOOST_AUTO_TEST_CASE(a_proxy_in_between_is_noticed)
{
    for (const auto* field :
         {"Forwarded: for=192.0.2.1", "x-forwarded-for: 192.0.2.1", "Via: 1.1 proxy", "X-Forwarded-For:"}) {
        BOOST_TEST(get("/", host + field + "\r\n").forwarded, field);
    }
}

BOOST_AUTO_TEST_CASE(an_upgrade_is_asked_for_by_two_fields_in_any_form)
{
    const auto rest = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                      "Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Protocol: c\r\n"s;
    const auto request = get("/connection/websocket", host + "Upgrade: websocket\r\nConnection: Upgrade\r\n" + rest);
    BOOST_TEST(request.upgrade);
    BOOST_TEST(request.websocket_version == "13");
    BOOST_TEST(request.websocket_key == "dGhlIHNhbXBsZSBub25jZQ==");
    BOOST_TEST(request.subprotocols == "a, b, c");
    BOOST_TEST(get("/", host + "upgrade: WebSocket\r\nconnection: keep-alive, upgrade\r\n").upgrade);
    BOOST_TEST(get("/", host + "Upgrade: websocket\r\nConnection: close\r\nConnection: Upgrade\r\n").upgrade);
    BOOST_TEST(!get("/", host + "Upgrade: websocket\r\nConnection: keep-alive\r\n").upgrade);
    BOOST_TEST(!get("/", host + "Upgrade: h2c\r\nConnection: Upgrade\r\n").upgrade);
    BOOST_TEST(!get("/", host + "Connection: Upgrade\r\n").upgrade);
    BOOST_TEST(!request_of("GET / HTTP/1.0\r\n" + host + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n").upgrade);
    BOOST_TEST(get("/", host + "Sec-WebSocket-Key: a\r\nSec-WebSocket-Key: b\r\n").websocket_key.empty());
}

BOOST_AUTO_TEST_CASE(a_header_has_8_kB_and_not_a_byte_more)
{
    const auto begin = "GET / HTTP/1.1\r\n" + host + "X: ";
    const auto filler = std::string(http_reader::max_header - begin.size() - 4, 'x');
    request_of(begin + filler + "\r\n\r\n");
    check_bad(begin + filler + "x\r\n\r\n", 431);
    check_bad(begin + std::string(20'000, 'x'), 431);
    check_bad("GET /" + std::string(20'000, 'x'), 431);
}

BOOST_AUTO_TEST_CASE(a_request_of_http_1_1_has_one_host)
{
    check_bad("GET / HTTP/1.1\r\n\r\n", 400);
    check_bad("GET / HTTP/1.1\r\n" + host + host + "\r\n", 400);
    check_bad("GET / HTTP/1.0\r\n" + host + host + "\r\n", 400);
    check_bad("GET / HTTP/1.1\r\n" + host + "Origin: http://a\r\nOrigin: http://b\r\n\r\n", 400);
}

BOOST_AUTO_TEST_CASE(a_body_is_not_read)
{
    check_bad("GET / HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello", 413);
    check_bad("GET / HTTP/1.1\r\n" + host + "Content-Length: 99999999999\r\n\r\n", 413);
    check_bad("GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
    check_bad("GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\n", 400);
    check_bad("GET / HTTP/1.1\r\n" + host + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
    check_bad("GET / HTTP/1.1\r\n" + host + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400);
    check_bad("GET / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", 400);
    check_bad("GET / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n", 400);
    get("/", host + "Content-Length: 0\r\n");
}

BOOST_AUTO_TEST_CASE(a_second_request_is_never_looked_at)
{
    const auto first = "GET / HTTP/1.1\r\n" + host + "Content-Length: 0\r\n\r\n";
    auto found = read(first + "GET /metrics HTTP/1.1\r\n" + host + "\r\n", 10'000);
    BOOST_TEST((found.what == result::request));
    BOOST_TEST(found.taken == first.size());
    const auto second = "GET /metrics HTTP/1.1\r\n" + host + "\r\n";
    std::string_view more{second};
    BOOST_TEST((found.reader.next(more) == result::need_more));
    BOOST_TEST(more.empty());
    BOOST_TEST(found.reader.request().path == "/");
}

BOOST_AUTO_TEST_CASE(other_methods_are_not_allowed)
{
    for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT"}) {
        check_bad(method + " / HTTP/1.1\r\n"s + host + "\r\n", 405);
    }
    check_bad("POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello", 405);
    check_bad("OPTIONS * HTTP/1.1\r\n" + host + "\r\n", 405);
    check_bad("GET * HTTP/1.1\r\n" + host + "\r\n", 400);
}

BOOST_AUTO_TEST_CASE(other_versions_are_not_supported)
{
    check_bad("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    check_bad("GET / HTTP/2.0\r\n\r\n", 505);
    check_bad("GET / HTTP/1.2\r\n" + host + "\r\n", 505);
    check_bad("GET / HTTP/0.9\r\n\r\n", 505);
}

BOOST_AUTO_TEST_CASE(a_header_of_another_form_is_bad)
{
    check_bad("GET / HTTP/1.1\n", 400);  // known with the line, as all here
    check_bad("hello\r\n", 400);
    check_bad("\r\n", 400);
    check_bad("GET / HTTP/1.1\r\nHost: a\n", 400);
    for (const auto* field : {"no colon", "Space : x", "X: \x01", ": x", "\x80: x", "X\0: x"}) {
        check_bad("GET / HTTP/1.1\r\n" + host + field + "\r\n\r\n", 400);
    }
    check_bad("GET / HTTP/1.1\r\n" + host + "X: a\0b\r\n\r\n"s, 400);
}

BOOST_AUTO_TEST_CASE(the_answer_to_a_bad_head_request_has_no_body)
{
    BOOST_TEST(read("HEAD / HTTP/1.1\r\n\r\n", 100).reader.request().head);
}

BOOST_AUTO_TEST_SUITE_END()
