// SPDX-License-Identifier: BSL-1.0
#include "address.hpp"

#include <chatroom/endpoint.hpp>

#include <stdexcept>

namespace client {
namespace {

constexpr std::string_view scheme_end = "://";

transport parse_scheme(std::string_view scheme)
{
    if (scheme == "tcp") {
        return transport::tcp;
    }
    if (scheme == "udp") {
        return transport::udp;
    }
    throw std::invalid_argument("'" + std::string{scheme} + "://' is no way to a room: write tcp:// or udp://");
}

}  // namespace

address parse_address(std::string_view text, transport over)
{
    const auto scheme = text.find(scheme_end);
    if (scheme != text.npos) {
        over = parse_scheme(text.substr(0, scheme));
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
    return {over, std::move(found.host), std::move(found.port)};
}

std::string to_words(const address& at)
{
    return at.host + " port " + at.port;
}

}  // namespace client
