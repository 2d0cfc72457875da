// SPDX-License-Identifier: BSL-1.0
#include "address.hpp"

#include <chatroom/endpoint.hpp>
#include <chatroom/wire/text.hpp>

#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace client {
namespace {

constexpr std::string_view scheme_end = "://";
constexpr std::string_view websocket_path = "/connection/websocket";

std::string to_lower(std::string_view text)
{
    std::string lower{text};
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

transport parse_scheme(const std::string& scheme)
{
    if (scheme == "tcp" || scheme == "tls") {
        return transport::tcp;
    }
    if (scheme == "udp") {
        return transport::udp;
    }
    if (scheme == "ws" || scheme == "wss") {
        return transport::websocket;
    }
    throw std::invalid_argument("'" + scheme +
                                "://' is no way to a room: write tcp://, tls://, ws://, wss:// or udp://");
}

void check_characters(std::string_view text)
{
    if (!chatroom::wire::is_clean(text) || text.find_first_of(" \t") != text.npos) {
        throw std::invalid_argument("'" + std::string{text} +
                                    "' is no address: there is a space, a line break or a control character in it");
    }
}

// From the end of a URI.
std::string take_path(std::string_view& text)
{
    const auto path = text.substr(std::min(text.size(), text.find('/')));
    text.remove_suffix(path.size());
    const auto is_ascii = [](unsigned char c) { return c > 0x20 && c < 0x7f; };
    if (!std::all_of(path.begin(), path.end(), is_ascii) || path.find('#') != path.npos) {
        throw std::invalid_argument("'" + std::string{path} + "' is no path: write what is not ASCII as %XX");
    }
    return std::string{path.size() > 1 ? path : websocket_path};
}

// In a URI the % before an interface is written %25 (RFC 6874). Elsewhere 25 may be an interface's number.
void decode_interface(std::string& host, bool in_uri)
{
    const auto at = host.find("%25");
    const auto name = at == host.npos ? host.size() : at + 3;
    if (name < host.size() && (in_uri || std::isdigit(static_cast<unsigned char>(host[name])) == 0)) {
        host.erase(at + 1, 2);
    }
}

void check_interface(const std::string& host)
{
    boost::system::error_code ec;
    const auto numbers = boost::asio::ip::make_address_v6(host.substr(0, host.find('%')), ec);
    const bool has_interface = host.find('%') < host.size() - 1;
    if (!ec && numbers.is_link_local() && !has_interface) {
        throw std::invalid_argument("'" + host + "' is a link-local address, which needs an interface: write [" +
                                    numbers.to_string() + "%eth0]:9001 with the name that `ip address` shows");
    }
}

}  // namespace

address parse_address(std::string_view text, transport over)
{
    check_characters(text);
    const auto scheme = text.find(scheme_end);
    const bool in_uri = scheme != text.npos;
    std::string path;
    const auto way = in_uri ? to_lower(text.substr(0, scheme)) : std::string{};
    if (in_uri) {
        over = parse_scheme(way);
        text.remove_prefix(scheme + scheme_end.size());
        if (over == transport::websocket) {
            path = take_path(text);
        } else if (text.ends_with('/')) {
            text.remove_suffix(1);
        }
    }
    const address standard;
    auto found = chatroom::parse_host_port(text, {standard.host, standard.port});
    if (std::stoul(found.port) == 0) {
        throw std::invalid_argument("nobody can be reached at port 0: a room's usual port is " + standard.port);
    }
    decode_interface(found.host, in_uri);
    check_interface(found.host);
    return {over, std::move(found.host), std::move(found.port), way == "tls" || way == "wss", std::move(path)};
}

std::string to_words(const address& at)
{
    return at.host + " port " + at.port;
}

}  // namespace client
