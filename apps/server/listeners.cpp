// SPDX-License-Identifier: BSL-1.0
#include "listeners.hpp"

#include "reachable.hpp"

#include <chatroom/endpoint.hpp>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <stdexcept>

namespace server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr const char* default_host = "127.0.0.1";
constexpr const char* default_port = "9001";

template <typename Protocol>
listen_address<Protocol> resolve(const given& where)
{
    using resolver = typename Protocol::resolver;
    asio::io_context context;
    const auto at = chatroom::parse_host_port(where.value, {default_host, default_port});
    error_code ec;
    const auto found = resolver{context}.resolve(at.host, at.port, resolver::passive | resolver::numeric_service, ec);
    if (ec) {
        throw option_error{where, ec.message()};
    }
    listen_address<Protocol> result{where, {}};
    for (const auto& entry : found) {
        if (std::find(result.endpoints.begin(), result.endpoints.end(), entry.endpoint()) == result.endpoints.end()) {
            result.endpoints.push_back(entry.endpoint());
        }
    }
    return result;
}

// An address of a name may belong to a family that is switched off here.
bool is_unavailable(const error_code& ec)
{
    return ec == boost::system::errc::address_not_available || ec == boost::system::errc::address_family_not_supported;
}

template <typename Endpoint>
std::string failure(const given& where, const char* transport, const Endpoint& at, const error_code& ec)
{
    return (where.file.empty() ? "" : to_string(where) + ": ") + "can't listen at " + chatroom::to_label(at) + " (" +
           transport + "): " + ec.message();
}

template <typename Protocol, typename Room, typename Bound>
void listen(Room& room, const char* transport, const std::vector<listen_address<Protocol>>& wanted, Bound& bound)
{
    for (const auto& [where, endpoints] : wanted) {
        std::string why;
        bool listens = false;
        for (const auto& at : endpoints) {
            try {
                bound.push_back(room.listen(at));
                listens = true;
            } catch (const boost::system::system_error& e) {
                why = failure(where, transport, at, e.code());
                if (!is_unavailable(e.code())) {
                    throw std::runtime_error(why);
                }
            }
        }
        if (!listens) {
            throw std::runtime_error(why);
        }
    }
}

template <typename Endpoint>
void append(std::string& text, const std::string& before, const std::vector<Endpoint>& endpoints,
            const std::string& behind = {})
{
    for (const auto& one : endpoints) {
        text.append(before).append(chatroom::to_label(one)).append(behind).append(1, '\n');
    }
}

// As a program on this machine reaches them.
std::vector<asio::ip::tcp::endpoint> from_here(std::vector<asio::ip::tcp::endpoint> bound)
{
    for (auto& one : bound) {
        if (one.address().is_unspecified()) {
            one.address(one.address().is_v6() ? asio::ip::address{asio::ip::address_v6::loopback()}
                                              : asio::ip::address{asio::ip::address_v4::loopback()});
        }
    }
    return bound;
}

template <typename Endpoint>
std::vector<Endpoint> reachable(const std::vector<Endpoint>& bound)
{
    std::vector<Endpoint> found;
    for (const auto& one : bound) {
        for (const auto& address : reachable_addresses(one.address())) {
            found.emplace_back(address, one.port());
        }
    }
    return found;
}

template <typename Protocol>
void append(std::vector<boost::asio::ip::basic_endpoint<Protocol>>& all,
            const std::vector<listen_address<Protocol>>& wanted)
{
    for (const auto& one : wanted) {
        all.insert(all.end(), one.endpoints.begin(), one.endpoints.end());
    }
}

}  // namespace

listen_addresses resolve(const options& o, const passed_sockets& passed)
{
    auto tcp = o.tcp;
    auto udp = o.udp;
    if (tcp.empty() && udp.empty() && passed.tcp.empty() && passed.udp.empty()) {
        const auto place = std::string{default_host} + ':' + default_port;
        tcp = {{"tcp", place, {}}};
        udp = {{"udp", place, {}}};
    }
    listen_addresses found;
    for (const auto& where : tcp) {
        found.tcp.push_back(resolve<asio::ip::tcp>(where));
    }
    for (const auto& where : udp) {
        found.udp.push_back(resolve<asio::ip::udp>(where));
    }
    return found;
}

bound_addresses open_listeners(transports& rooms, const passed_sockets& passed, const listen_addresses& wanted)
{
    bound_addresses bound;
    for (const int fd : passed.tcp) {
        bound.tcp.push_back(rooms.tcp.adopt(fd));
    }
    for (const int fd : passed.udp) {
        bound.udp.push_back(rooms.udp.adopt(fd));
    }
    listen(rooms.tcp, "tcp", wanted.tcp, bound.tcp);
    listen(rooms.udp, "udp", wanted.udp, bound.udp);
    return bound;
}

std::string announcement(const bound_addresses& bound, const announced& how)
{
    std::string text;
    append(text, how.verb + " tcp ", bound.tcp);
    append(text, how.verb + " udp ", bound.udp);
    const auto tcp = reachable(bound.tcp);
    const auto udp = reachable(bound.udp);
    if (!how.browser_scheme.empty()) {
        append(text, "in a browser: " + how.browser_scheme, from_here(bound.tcp), "/");
    }
    append(text, "for others: chatroom-client " + how.client_scheme, tcp, how.client_options);
    append(text, "for others: chatroom-client udp://", udp);
    if (!how.browser_scheme.empty()) {
        append(text, "for others: in a browser, " + how.browser_scheme, tcp, "/");
    }
    if (!tcp.empty() || !udp.empty()) {
        text += "whoever reaches these addresses can read and write here; " + how.encrypted + '\n';
    }
    return text;
}

bound_addresses expected(const listen_addresses& wanted)
{
    bound_addresses all;
    append(all.tcp, wanted.tcp);
    append(all.udp, wanted.udp);
    return all;
}

}  // namespace server
