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

transport parse_scheme(std::string scheme)
{
    std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (scheme == "tcp") {
        return transport::tcp;
    }
    if (scheme == "udp") {
        return transport::udp;
    }
    throw std::invalid_argument("'" + scheme + "://' is no way to a room: write tcp:// or udp://");
}

void check_characters(std::string_view text)
{
    if (!chatroom::wire::is_clean(text) || text.find_first_of(" \t") != text.npos) {
        throw std::invalid_argument("'" + std::string{text} +
                                    "' is no address: there is a space, a line break or a control character in it");
    }
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
    if (in_uri) {
        over = parse_scheme(std::string{text.substr(0, scheme)});
        text.remove_prefix(scheme + scheme_end.size());
        if (text.ends_with('/')) {
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
    return {over, std::move(found.host), std::move(found.port)};
}

std::string to_words(const address& at)
{
    return at.host + " port " + at.port;
}

}  // namespace client
