// SPDX-License-Identifier: BSL-1.0
#include <web/http_answer.hpp>
#include <web/http_rules.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <vector>

using namespace chatroom::detail;

namespace {

using strings = std::vector<std::string>;

http_request to(const std::string& path)
{
    http_request request;
    request.http_1_1 = true;
    request.path = path;
    request.host = "localhost:9001";
    return request;
}

http_request upgrade()
{
    auto request = to("/connection/websocket");
    request.upgrade = true;
    request.websocket_version = "13";
    request.websocket_key = "dGhlIHNhbXBsZSBub25jZQ==";
    return request;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_rule)

BOOST_AUTO_TEST_CASE(a_route_is_the_very_path)
{
    BOOST_TEST((route(to("/")) == http_route::page));
    BOOST_TEST((route(to("/connection/websocket")) == http_route::websocket));
    BOOST_TEST((route(to("/healthz")) == http_route::healthz));
    BOOST_TEST((route(to("/metrics")) == http_route::metrics));
    for (const auto* path : {"/x", "//", "/.", "/..", "/../metrics", "/x/../metrics", "/%2e%2e/metrics", "/%6detrics",
                             "/Metrics", "/metrics/", "/connection/websocket/", "/connection%2fwebsocket", "*", ""}) {
        BOOST_TEST((route(to(path)) == http_route::not_found), path);
    }
}

BOOST_AUTO_TEST_CASE(a_host_is_an_address_or_a_name_of_this_server)
{
    const strings names{"chat.example.org", "Box", "*.example.net"};
    for (const auto* host :
         {"127.0.0.1", "127.0.0.1:9001", "192.168.0.7", "[::1]", "[::1]:9001", "[2001:db8::1]:80", "localhost",
          "localhost:9001", "LocalHost", "localhost.", "localhost.:80", "chat.example.org", "CHAT.example.ORG:443",
          "box:1", "a.example.net", "chat.example.org:"}) {
        BOOST_TEST(host_allowed(host, names), host);
    }
    for (const auto* host : {"",
                             ":80",
                             "evil.org",
                             "localhost.evil.org",
                             "evil.org:9001",
                             "xchat.example.org",
                             "example.org",
                             "::1",
                             "[::1",
                             "[]",
                             "[127.0.0.1]",
                             "127.0.0.1.evil.org",
                             "127.1",
                             "2130706433",
                             "localhost:x",
                             "localhost:80:80",
                             "local host",
                             "localhost,evil.org",
                             "user@localhost",
                             "example.net",
                             ".example.net",
                             "a.b.example.net",
                             "*.example.net..",
                             "[::1].evil.org",
                             "localhost.."}) {
        BOOST_TEST(!host_allowed(host, names), host);
    }
}

BOOST_AUTO_TEST_CASE(an_origin_is_the_host_or_listed_or_absent)
{
    const strings listed{"https://chat.example.org", "null"};
    const auto allowed = [&](const char* origin, std::string_view host) {
        return origin_allowed(origin, host, listed);
    };
    BOOST_TEST(origin_allowed({}, "box:9001", listed));
    BOOST_TEST(allowed("http://box:9001", "box:9001"));
    BOOST_TEST(allowed("https://BOX:9001", "box:9001"));
    BOOST_TEST(allowed("http://[::1]:9001", "[::1]:9001"));
    BOOST_TEST(allowed("http://box", "box:80"));
    BOOST_TEST(allowed("https://box", "box:443"));
    BOOST_TEST(allowed("https://Chat.example.org", "box"));
    BOOST_TEST(allowed("null", "box"));
    BOOST_TEST(!origin_allowed("null", "box", {}));
    BOOST_TEST(!origin_allowed("null", "null", {}));
    for (const auto* origin :
         {"http://evil.org", "http://box", "http://box:9002", "http://box:9001.evil.org", "http://box:9001/",
          "http://evil.org#box:9001", "box:9001", "", "://", "http://", "https://chat.example.org.evil.org",
          "http://chat.example.org", "http://localhost:9001"}) {
        BOOST_TEST(!allowed(origin, "box:9001"), origin);
    }
    BOOST_TEST(!allowed("https://box", "box:80"));
    BOOST_TEST(!allowed("http://", ""));
}

BOOST_AUTO_TEST_CASE(an_upgrade_has_the_version_and_a_key)
{
    BOOST_TEST(upgrade_refusal(upgrade()) == 0u);
    BOOST_TEST(upgrade_refusal(to("/connection/websocket")) == 426u);
    for (const auto* version : {"", "8", "12", "14", "13, 8", "013"}) {
        auto request = upgrade();
        request.websocket_version = version;
        BOOST_TEST(upgrade_refusal(request) == 426u, version);
    }
    for (const auto* key : {"", "x", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=x", "dGhlIHNhbXBsZSBub25jZ===",
                            "dGhlIHNhbXBsZSBub25j Q==", "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ=="}) {
        auto request = upgrade();
        request.websocket_key = key;
        BOOST_TEST(upgrade_refusal(request) == 400u, key);
    }
    auto head = upgrade();
    head.head = true;
    BOOST_TEST(upgrade_refusal(head) == 400u);
}

BOOST_AUTO_TEST_CASE(the_rules_are_asked_in_turn)
{
    const strings names{"box"};
    const http_rules rules{names, {}};
    BOOST_TEST(request_refusal(to("/"), rules) == 0u);
    BOOST_TEST(request_refusal(upgrade(), rules) == 0u);
    BOOST_TEST(request_refusal(to("/nothing"), rules) == 404u);
    BOOST_TEST(request_refusal(to("/connection/websocket"), rules) == 426u);
    auto rebound = upgrade();
    rebound.host = "evil.org";
    rebound.origin = "http://evil.org";
    BOOST_TEST(request_refusal(rebound, rules) == 421u);
    auto foreign = upgrade();
    foreign.origin = "http://evil.org";
    BOOST_TEST(request_refusal(foreign, rules) == 403u);
    auto old = to("/healthz");
    old.host = "";
    BOOST_TEST(request_refusal(old, rules) == 421u);
    old.http_1_1 = false;
    BOOST_TEST(request_refusal(old, rules) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_answers)

constexpr http_time now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 28} + std::chrono::hours{9}};

BOOST_AUTO_TEST_CASE(a_date_is_that_of_the_standard)
{
    BOOST_TEST(http_date(now) == "Sat, 28 Nov 2026 09:00:00 GMT");
    BOOST_TEST(http_date(http_time{std::chrono::seconds{784'111'777}}) == "Sun, 06 Nov 1994 08:49:37 GMT");  // RFC 9110
}

BOOST_AUTO_TEST_CASE(an_answer_is_the_last_on_its_connection)
{
    const std::array fields{http_field{"Content-Type", "text/plain"}};
    const std::string head = "HTTP/1.1 200 OK\r\nDate: Sat, 28 Nov 2026 09:00:00 GMT\r\nConnection: close\r\n"
                             "Content-Length: 3\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
                             "Content-Type: text/plain\r\n\r\n";
    BOOST_TEST(http_answer(200, fields, "ok\n", false, now) == head + "ok\n");
    BOOST_TEST(http_answer(200, fields, "ok\n", true, now) == head);
}

BOOST_AUTO_TEST_CASE(a_refusal_says_why)
{
    for (const auto& [status, phrase] :
         {std::pair{400u, "Bad Request"}, std::pair{403u, "Forbidden"}, std::pair{404u, "Not Found"},
          std::pair{405u, "Method Not Allowed"}, std::pair{413u, "Payload Too Large"},
          std::pair{421u, "Misdirected Request"}, std::pair{426u, "Upgrade Required"},
          std::pair{431u, "Request Header Fields Too Large"}, std::pair{505u, "HTTP Version Not Supported"}}) {
        const auto answer = http_refusal(status, false, now);
        const auto first = std::to_string(status) + " " + phrase;
        BOOST_TEST(answer.starts_with("HTTP/1.1 " + first + "\r\n"), answer);
        BOOST_TEST(answer.find("\r\n\r\n" + first + "\n") != answer.npos, answer);
        BOOST_TEST(answer.ends_with(".\n"));
        BOOST_TEST(http_refusal(status, true, now).ends_with("\r\n\r\n"));
    }
    BOOST_TEST(http_refusal(405, false, now).find("\r\nAllow: GET, HEAD\r\n") != std::string::npos);
    BOOST_TEST(http_refusal(426, false, now).find("\r\nSec-WebSocket-Version: 13\r\n") != std::string::npos);
    BOOST_TEST(http_refusal(426, false, now).find("\r\nUpgrade: websocket\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_upgrade_is_accepted_by_its_key)
{
    BOOST_TEST(websocket_accept("dGhlIHNhbXBsZSBub25jZQ==") ==
               "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455, section 1.3
    const std::string plain = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
    BOOST_TEST(upgrade_answer(upgrade()) == plain + "\r\n");
    auto request = upgrade();
    request.subprotocols = "centrifuge-protobuf";
    BOOST_TEST(upgrade_answer(request) == plain + "\r\n");
    request.subprotocols = "centrifuge-protobuf, centrifuge-json";
    BOOST_TEST(upgrade_answer(request) == plain + "Sec-WebSocket-Protocol: centrifuge-json\r\n\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
