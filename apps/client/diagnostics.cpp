// SPDX-License-Identifier: BSL-1.0
#include "diagnostics.hpp"

#include "tls.hpp"
#include "websocket.hpp"

#include <boost/asio/error.hpp>

#include <array>
#include <cstdio>

namespace client {
namespace {

namespace error = boost::asio::error;

std::string advice(const address& at, const boost::system::error_code& why)
{
    const auto interface = at.host.find('%');
    if (interface != at.host.npos && (why == error::host_not_found || why == error::invalid_argument)) {
        return "this machine may have no interface " + at.host.substr(interface + 1) + "; `ip address` shows them";
    }
    if (why == error::host_not_found || why == error::no_data) {
        return "no host has that name; check the spelling, or give the address in numbers";
    }
    if (why == error::host_not_found_try_again) {
        return "the name can't be looked up just now; check that this machine is on the network";
    }
    if (why == error::connection_refused) {
        return "nobody listens there; is chatroom-server running, and is " + at.port + " its port?";
    }
    if (why == error::host_unreachable || why == error::network_unreachable) {
        return "there is no way to it from here; check the address, and that this machine is on the network";
    }
    if (why == error::timed_out) {
        return "no answer; check the address, and that no firewall is in between";
    }
    if (why == error::operation_aborted) {
        return "given up";
    }
    const auto of_websocket = websocket_advice(why);
    const auto of_tls = of_websocket.empty() ? tls_advice(why) : of_websocket;
    return of_tls.empty() ? why.message() + "; is chatroom-server running there?" : of_tls;
}

}  // namespace

std::string no_connection(const address& at, const boost::system::error_code& why)
{
    return "can't connect to " + to_words(at) + ": " + advice(at, why);
}

std::string lost_connection(const boost::system::error_code& why)
{
    return why ? "the connection is lost: " + why.message() : std::string{"the server closed the connection"};
}

std::string silence(const address& at)
{
    const auto* option = at.over == transport::udp ? "--udp" : "--tcp";
    return ": nothing came from " + to_words(at) + "; is a chatroom-server with " + option + " there?";
}

std::string messages(std::size_t count)
{
    return std::to_string(count) + (count == 1 ? " message" : " messages");
}

std::string seconds(std::chrono::milliseconds time)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f s", static_cast<double>(time.count()) / 1000);
    return text.data();
}

}  // namespace client
