// SPDX-License-Identifier: BSL-1.0
#include <chatroom/endpoint.hpp>

#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <stdexcept>

namespace chatroom {

namespace ip = boost::asio::ip;

namespace {

bool all_digits(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

void check_port(std::string_view whole, std::string_view port)
{
    if (!all_digits(port) || port.size() > 5 || std::stoul(std::string{port}) > 65535) {
        throw std::invalid_argument("'" + std::string{whole} +
                                    "' has no port from 0 to 65535: write HOST:PORT, e.g. localhost:9001");
    }
}

}  // namespace

ip::address normalised(const ip::address& address)
{
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    }
    return address;
}

std::string to_label(const ip::address& address, unsigned short port)
{
    const auto plain = normalised(address);
    auto label = plain.to_string();
    if (plain.is_v6()) {
        label.insert(0, 1, '[').push_back(']');
    }
    return label.append(1, ':').append(std::to_string(port));
}

host_port parse_host_port(std::string_view text, const host_port& defaults)
{
    auto result = defaults;
    if (all_digits(text)) {
        check_port(text, text);
        result.port = text;
        return result;
    }
    const auto colons = std::count(text.begin(), text.end(), ':');
    auto host = text;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == text.npos || (close + 1 < text.size() && text[close + 1] != ':')) {
            throw std::invalid_argument("'" + std::string{text} + "' is no address: write [::1]:9001");
        }
        host = text.substr(1, close - 1);
        if (close + 1 < text.size()) {
            const auto port = text.substr(close + 2);
            check_port(text, port);
            result.port = port;
        }
    } else if (colons == 1) {
        host = text.substr(0, text.find(':'));
        const auto port = text.substr(text.find(':') + 1);
        check_port(text, port);
        result.port = port;
    }
    if (host.empty()) {
        throw std::invalid_argument("'" + std::string{text} + "' names no host: write HOST:PORT, e.g. localhost:9001");
    }
    result.host = host;
    return result;
}

}  // namespace chatroom
