// SPDX-License-Identifier: BSL-1.0
#include "http_rules.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cctype>

namespace chatroom::detail {
namespace {

namespace ip = boost::asio::ip;

char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal(std::string_view a, std::string_view b) noexcept
{
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

// Without a port.
std::string_view name_of(std::string_view host) noexcept
{
    const auto name = host.substr(0, host.find_last_not_of("0123456789") + 1);
    return name.ends_with(':') ? name.substr(0, name.size() - 1) : host;
}

bool is_address(std::string_view name)
{
    boost::system::error_code error;
    if (name.size() > 2 && name.starts_with('[') && name.ends_with(']')) {
        ip::make_address_v6(std::string{name.substr(1, name.size() - 2)}, error);
    } else {
        ip::make_address_v4(std::string{name}, error);
    }
    return !error;
}

bool matches(std::string_view name, std::string_view listed) noexcept
{
    if (!listed.starts_with("*.")) {
        return equal(name, listed);
    }
    const auto dot = name.find('.');
    return dot != 0 && dot != name.npos && equal(name.substr(dot), listed.substr(1));
}

// Without the port that the scheme has by itself: browsers leave it out of both Host and Origin, programs may not.
std::string_view without_default_port(std::string_view authority, std::string_view scheme) noexcept
{
    const std::string_view port = equal(scheme, "https") ? ":443" : ":80";
    return authority.ends_with(port) ? authority.substr(0, authority.size() - port.size()) : authority;
}

bool is_websocket_key(std::string_view key) noexcept
{
    return key.size() == 24 && key.ends_with("==") && std::ranges::all_of(key.substr(0, 22), [](char c) {
               return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '+' || c == '/';
           });
}

}  // namespace

http_route route(const http_request& request) noexcept
{
    const auto& path = request.path;
    return path == "/"                       ? http_route::page
           : path == "/connection/websocket" ? http_route::websocket
           : path == "/healthz"              ? http_route::healthz
           : path == "/metrics"              ? http_route::metrics
           : path == "/ca.crt"               ? http_route::ca
                                             : http_route::not_found;
}

bool host_allowed(std::string_view host, std::span<const std::string> names)
{
    auto name = name_of(host);
    if (is_address(name)) {
        return true;
    }
    if (name.ends_with('.')) {  // fully qualified
        name.remove_suffix(1);
    }
    return equal(name, "localhost") ||
           std::ranges::any_of(names, [name](std::string_view listed) { return matches(name, listed); });
}

bool origin_allowed(const std::optional<std::string>& origin, std::string_view host,
                    std::span<const std::string> listed)
{
    if (!origin || std::ranges::any_of(listed, [&](std::string_view one) { return equal(*origin, one); })) {
        return true;
    }
    const std::string_view text{*origin};
    const auto scheme = text.substr(0, text.find("://"));
    return !host.empty() && scheme.size() < text.size() &&
           equal(without_default_port(text.substr(scheme.size() + 3), scheme), without_default_port(host, scheme));
}

unsigned upgrade_refusal(const http_request& request)
{
    if (!request.upgrade || request.websocket_version != "13") {
        return 426;
    }
    return request.head || !is_websocket_key(request.websocket_key) ? 400 : 0;
}

unsigned request_refusal(const http_request& request, const http_rules& rules)
{
    const bool no_host = request.host.empty() && !request.http_1_1;
    if (!no_host && !host_allowed(request.host, rules.host_names)) {
        return 421;
    }
    const auto where = route(request);
    if (where == http_route::not_found) {
        return 404;
    }
    if (!origin_allowed(request.origin, request.host, rules.origins)) {
        return 403;
    }
    return where == http_route::websocket ? upgrade_refusal(request) : 0;
}

}  // namespace chatroom::detail
