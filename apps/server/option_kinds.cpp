// SPDX-License-Identifier: BSL-1.0
#include "option_kinds.hpp"

#include <chatroom/endpoint.hpp>
#include <chatroom/networks.hpp>

#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <utility>

namespace server {

using words = std::vector<std::string>;

namespace {

bool is_v6(const std::string& text)
{
    boost::system::error_code ec;
    (void)boost::asio::ip::make_address_v6(text, ec);
    return !ec;
}

}  // namespace

option one_of(const char* name, const char* placeholder, const char* help, const char* rule, words allowed,
              std::function<void(options&, const std::string&)> set, std::function<std::string(const options&)> value)
{
    return {.name = name,
            .placeholder = placeholder,
            .help = help,
            .rule = rule,
            .set =
                [rule, allowed = std::move(allowed), set = std::move(set)](options& o, const given& one) {
                    if (std::find(allowed.begin(), allowed.end(), one.value) == allowed.end()) {
                        throw std::invalid_argument(rule);
                    }
                    set(o, one.value);
                },
            .values = [value = std::move(value)](const options& o) -> words { return {value(o)}; }};
}

option single(const char* name, const char* placeholder, const char* help, const std::string& rule,
              std::function<void(options&, const std::string&)> set, std::function<std::string(const options&)> value)
{
    return {.name = name,
            .placeholder = placeholder,
            .help = help,
            .rule = rule,
            .set =
                [rule, set = std::move(set)](options& o, const given& one) {
                    if (one.value.empty()) {
                        throw std::invalid_argument(rule);
                    }
                    set(o, one.value == automatic ? std::string{} : one.value);
                },
            .values = [value = std::move(value)](const options& o) -> words {
                const auto now = value(o);
                return {now.empty() ? std::string{automatic} : now};
            }};
}

option addresses(const char* name, const char* help, std::vector<given> options::* field)
{
    const std::string rule = "auto, or ADDRESS:PORT with a port from 0 to 65535, e.g. 127.0.0.1:9001 or [::]:9001";
    return {.name = name,
            .placeholder = "ADDRESS:PORT",
            .help = help,
            .rule = rule,
            .is_list = true,
            .set =
                [rule, field](options& o, const given& one) {
                    if (one.value == automatic) {
                        return (o.*field).clear();
                    }
                    try {
                        const auto host = chatroom::parse_host_port(one.value, {}).host;
                        if (host.find(':') != host.npos && !is_v6(host)) {
                            throw std::invalid_argument(rule);
                        }
                    } catch (const std::invalid_argument&) {
                        throw std::invalid_argument(rule);
                    }
                    (o.*field).push_back(one);
                },
            .values =
                [field](const options& o) {
                    words all;
                    for (const auto& one : o.*field) {
                        all.push_back(one.value);
                    }
                    return all.empty() ? words{std::string{automatic}} : all;
                }};
}

bool is_network(const std::string& text)
try {
    (void)chatroom::networks{{text}};
    return true;
} catch (const std::invalid_argument&) {
    return false;
}

}  // namespace server
