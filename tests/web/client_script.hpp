// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <web/client/client_protocol.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// A client's protocol without a socket; the test is the server and tells the time.
struct client_script {
    using inbox = chatroom::detail::inbox;

    explicit client_script(std::size_t history = 0) { options.history = history; }

    /// Makes the client, and answers its HTTP request. The key is that of RFC 6455.
    void upgrade()
    {
        options.place = place;
        protocol = std::make_unique<chatroom::detail::client_protocol>(
            options, [] { return std::array<unsigned char, 4>{1, 2, 3, 4}; });
        protocol->begin({"host", "9001", "/path", "dGhlIHNhbXBsZSBub25jZQ=="});
        asked_for = std::exchange(protocol->output(), {});
        bytes(switching);
    }

    void bytes(std::string_view some) { protocol->received(some, now, from_server); }

    void frame(chatroom::detail::opcode what, std::string_view payload)
    {
        std::string out;
        chatroom::detail::append_control(out, what, payload);
        bytes(out);
    }

    void close(std::uint16_t code, std::string_view reason)
    {
        std::string out;
        chatroom::detail::append_close(out, code, reason);
        bytes(out);
    }

    void says(std::string_view json)
    {
        std::string out;
        chatroom::detail::append_text_frame(out, json);
        bytes(out);
    }

    /// In the lobby under the name, at offset 7.
    void enter(std::string_view name = "bob")
    {
        upgrade();
        (void)sent();
        says(R"({"id":1,"connect":{"client":"17","ping":25,"pong":true,"data":{"name":")" + std::string{name} +
             "\"}}}");
        says(R"({"id":2,"subscribe":{"recoverable":true,"epoch":"E","offset":7}})");
        says(R"({"id":3,"presence_stats":{"num_clients":2}})");
        (void)sent();
        (void)received();
    }

    void send(std::string_view line, const std::string& id = {}) { protocol->send(line, id, now, from_server); }

    void after(std::chrono::milliseconds time)
    {
        now += time;
        protocol->on_deadline(now, from_server);
    }

    /// What it has sent since, a line each: texts as they are, others as `close 1000`, `pong PAYLOAD`.
    std::string sent()
    {
        using result = chatroom::detail::websocket_reader::result;
        std::string all;
        const auto output = std::exchange(protocol->output(), {});
        std::string_view rest{output};
        for (std::string_view payload;;) {
            const auto what = server.next(rest, payload);
            if (what == result::need_more) {
                return all;
            }
            BOOST_TEST((what != result::violation));
            all += what == result::pong ? "pong " : "";
            all += what == result::close ? "close " + std::to_string(server.close_code()) : std::string{payload};
            all += '\n';
        }
    }

    /// What it has given since, `KIND SENDER|TEXT` each; of what is more than a text, the first letter.
    std::string received()
    {
        static constexpr std::string_view kinds = "?tapjlrTRngAX";
        std::string all;
        while (const auto one = from_server.take()) {
            all += kinds[static_cast<std::size_t>(one->kind)];
            all += one->own ? "!" : "";
            all += one->history ? "h" : "";
            all += ' ' + one->sender + '|' + one->text + one->id + '\n';
        }
        return all;
    }

    static constexpr std::string_view switching =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    chatroom::websocket_client_options options;
    std::shared_ptr<chatroom::websocket_place> place = std::make_shared<chatroom::websocket_place>();
    std::unique_ptr<chatroom::detail::client_protocol> protocol;
    chatroom::detail::websocket_reader server{1 << 20};
    chatroom::detail::json_client::time_point now{std::chrono::hours{1}};
    inbox from_server;
    std::string asked_for;
};
