// SPDX-License-Identifier: BSL-1.0
#include "dialect.hpp"

#include <stdexcept>

namespace load {
namespace {

using namespace std::string_literals;

dialect redis(const std::string& size)
{
    // RESP 3, in which a connection that subscribes may publish too.
    return {true,
            true,
            "*3\r\n$7\r\nPUBLISH\r\n$4\r\nroom\r\n$" + size + "\r\n",
            ">3\r\n$7\r\nmessage\r\n$4\r\nroom\r\n$" + size + "\r\n",
            "\r\n",
            [](const std::string&) { return "HELLO 3\r\nSUBSCRIBE room\r\n"s; }};
}

dialect nats(const std::string& size)
{
    return {true, true, "PUB room " + size + "\r\n", "MSG room 1 " + size + "\r\n", "\r\n", [](const std::string&) {
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
    return {true, true, publish, publish, "", [](const std::string& name) {
                const auto connect = "\0\4MQTT\4\2\0\0\0"s + static_cast<char>(name.size()) + name;
                return "\x10"s + mqtt_length(connect.size()) + connect + "\x82\x09\0\1\0\4room\0"s;
            }};
}

dialect irc()
{
    return {true, false, "PRIVMSG #room :", " PRIVMSG #room :", "\r\n", [](const std::string& name) {
                return "NICK " + name + "\r\nUSER " + name + " 0 * :load\r\nJOIN #room\r\n";
            }};
}

}  // namespace

dialect dialect_of(std::string_view protocol, std::size_t size)
{
    if (protocol == "chatroom") {
        return {};
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
                                "': chatroom, redis, nats, mqtt or irc");
}

}  // namespace load
