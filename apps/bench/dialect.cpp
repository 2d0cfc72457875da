// SPDX-License-Identifier: BSL-1.0
#include "dialect.hpp"

#include "websocket.hpp"

#include <stdexcept>

namespace load {
namespace {

using namespace std::string_literals;

dialect redis(const std::string& size)
{
    // RESP 3, in which a connection that subscribes may publish too.
    return {.foreign = true,
            .say_before = "*3\r\n$7\r\nPUBLISH\r\n$4\r\nroom\r\n$" + size + "\r\n",
            .say_after = "\r\n",
            .heard_before = ">3\r\n$7\r\nmessage\r\n$4\r\nroom\r\n$" + size + "\r\n",
            .heard_after = "\r\n",
            .hello = [](const std::string&) { return "HELLO 3\r\nSUBSCRIBE room\r\n"s; }};
}

dialect nats(const std::string& size)
{
    return {.foreign = true,
            .say_before = "PUB room " + size + "\r\n",
            .say_after = "\r\n",
            .heard_before = "MSG room 1 " + size + "\r\n",
            .heard_after = "\r\n",
            .hello = [](const std::string&) {
                return "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB room 1\r\n"s;
            }};
}

// The length of what follows, seven bits a byte, the lowest first.
std::string mqtt_length(std::size_t length)
{
    std::string result;
    for (; length >= 128; length >>= 7U) {
        result += static_cast<char>(0x80U | (length & 0x7FU));
    }
    return result + static_cast<char>(length);
}

dialect mqtt(std::size_t size)
{
    const auto publish = "\x30"s + mqtt_length(size + 6) + "\0\4room"s;
    return {.foreign = true,
            .say_before = publish,
            .say_after = {},
            .heard_before = publish,
            .heard_after = {},
            .hello = [](const std::string& name) {
                const auto connect = "\0\4MQTT\4\2\0\0\0"s + static_cast<char>(name.size()) + name;
                return "\x10"s + mqtt_length(connect.size()) + connect + "\x82\x09\0\1\0\4room\0"s;
            }};
}

dialect irc()
{
    return {.foreign = true,
            .echo = false,
            .say_before = "PRIVMSG #room :",
            .say_after = "\r\n",
            .heard_before = " PRIVMSG #room :",
            .heard_after = "\r\n",
            .hello = [](const std::string& name) {
                return "NICK " + name + "\r\nUSER " + name + " 0 * :load\r\nJOIN #room\r\n";
            }};
}

// The JSON protocol of Centrifugo; a room is a channel. The server reads what comes behind the request without a wait.
dialect websocket()
{
    return {.foreign = true,
            .websocket = true,
            .say_before = R"({"id":3,"publish":{"channel":"lobby","data":{"text":")",
            .say_after = R"("}}})",
            .heard_before = R"({"push":{"channel":"lobby","pub":{"data":{"text":")",
            .heard_after = R"(","time":")",
            .hello = [](const std::string&) {
                auto hello = "GET /connection/websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                             "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"s;
                append_frame(hello, "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"lobby\"}}");
                return hello;
            }};
}

}  // namespace

dialect dialect_of(std::string_view protocol, std::size_t size)
{
    if (protocol == "chatroom") {
        return {};
    }
    if (protocol == "websocket") {
        return websocket();
    }
    if (protocol == "redis") {
        return redis(std::to_string(size));
    }
    if (protocol == "nats") {
        return nats(std::to_string(size));
    }
    if (protocol == "mqtt") {
        return mqtt(size);
    }
    if (protocol == "irc") {
        return irc();
    }
    throw std::invalid_argument("there is no protocol '" + std::string{protocol} +
                                "': chatroom, websocket, redis, nats, mqtt or irc");
}

}  // namespace load
