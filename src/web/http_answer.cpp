// SPDX-License-Identifier: BSL-1.0
#include "http_answer.hpp"

#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/status.hpp>
// RFC 6455's SHA-1 and base64 in one call. It is an inner header of Beast, but one that has not changed since Boost
// 1.66, while the SHA-1 of Boost.UUID's inner headers has another type of result from 1.86 on and comes without base64.
#include <boost/beast/websocket/detail/hybi13.hpp>

#include <array>
#include <cstdio>

namespace chatroom::detail {
namespace {

std::string_view reason_phrase(unsigned status) noexcept
{
    const auto phrase = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
    return {phrase.data(), phrase.size()};
}

void append_field(std::string& out, std::string_view name, std::string_view value)
{
    out.append(name).append(": ").append(value).append("\r\n");
}

// For a person at a browser or with curl.
std::string_view sentence(unsigned status) noexcept
{
    switch (status) {
    case 400: return "The server does not understand this request.";
    case 403: return "This page's origin is not one that the server knows (--origin).";
    case 404: return "There is nothing at this address.";
    case 405: return "The server answers GET and HEAD.";
    case 413: return "The server takes no request with a body.";
    case 421: return "The server does not know itself by this name (--host).";
    case 426: return "This address is for WebSocket, version 13.";
    case 431: return "A request may have 8 kB.";
    case 503: return "The server is stopping.";
    case 505: return "The server speaks HTTP/1.1.";
    default: return {};
    }
}

}  // namespace

std::string http_date(http_time when)
{
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(when - day)};
    std::array<char, 48> out;
    const auto size = std::snprintf(out.data(), out.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                                    days[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                                    months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                                    static_cast<int>(time.seconds().count()));
    return {out.data(), static_cast<std::size_t>(size)};
}

std::string http_answer(unsigned status, std::span<const http_field> fields, std::string_view body, bool head_only,
                        http_time now)
{
    auto out = "HTTP/1.1 " + std::to_string(status) + ' ';
    out.append(reason_phrase(status)).append("\r\n");
    append_field(out, "Date", http_date(now));
    append_field(out, "Connection", "close");
    append_field(out, "Content-Length", std::to_string(body.size()));
    append_field(out, "X-Content-Type-Options", "nosniff");
    append_field(out, "Referrer-Policy", "no-referrer");
    for (const auto& field : fields) {
        append_field(out, field.name, field.value);
    }
    out.append("\r\n");
    if (!head_only) {
        out.append(body);
    }
    return out;
}

std::string http_refusal(unsigned status, bool head_only, http_time now)
{
    static constexpr http_field type{"Content-Type", "text/plain; charset=utf-8"};
    static constexpr std::array plain{type};
    static constexpr std::array allow{type, http_field{"Allow", "GET, HEAD"}};
    static constexpr std::array upgrade{type, http_field{"Upgrade", "websocket"}, http_field{"Connection", "Upgrade"},
                                        http_field{"Sec-WebSocket-Version", "13"}};
    auto body = std::to_string(status) + ' ';
    body.append(reason_phrase(status)).append("\n").append(sentence(status)).append("\n");
    const auto fields = status == 405   ? std::span<const http_field>{allow}
                        : status == 426 ? std::span<const http_field>{upgrade}
                                        : std::span<const http_field>{plain};
    return http_answer(status, fields, body, head_only, now);
}

std::string websocket_accept(std::string_view key)
{
    namespace websocket = boost::beast::websocket::detail;
    websocket::sec_ws_accept_type accept;
    websocket::make_sec_ws_accept(accept, {key.data(), key.size()});
    return {accept.data(), accept.size()};
}

std::string upgrade_answer(const http_request& request)
{
    std::string out = "HTTP/1.1 101 Switching Protocols\r\n";
    append_field(out, "Upgrade", "websocket");
    append_field(out, "Connection", "Upgrade");
    append_field(out, "Sec-WebSocket-Accept", websocket_accept(request.websocket_key));
    if (boost::beast::http::token_list{request.subprotocols}.exists("centrifuge-json")) {
        append_field(out, "Sec-WebSocket-Protocol", "centrifuge-json");
    }
    return out.append("\r\n");
}

}  // namespace chatroom::detail
