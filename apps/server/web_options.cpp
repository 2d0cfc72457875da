// SPDX-License-Identifier: BSL-1.0
#include "web_options.hpp"

#include "option_kinds.hpp"
#include "web.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace server {
namespace {

constexpr std::size_t longest_page = 1024 * 1024;

bool has_no_space(const std::string& text)
{
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

// `NAME` or `*.NAME`.
bool is_host(const std::string& text)
{
    const auto name = std::string_view{text}.substr(text.starts_with("*.") ? 2 : 0);
    return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_';
    });
}

bool is_origin(const std::string& text)
{
    return has_no_space(text) && (text.starts_with("http://") || text.starts_with("https://")) &&
           std::ranges::count(text, '/') == 2;
}

std::string read_page(const std::string& file)
{
    std::error_code ec;
    const bool is_file = std::filesystem::is_regular_file(file, ec);  // to open a pipe could take for ever
    if (ec) {
        throw std::invalid_argument("can't read it: " + ec.message());
    }
    if (!is_file) {
        throw std::invalid_argument("it is no file");
    }
    std::ifstream in{file, std::ios::binary};
    if (!in.is_open()) {
        throw std::invalid_argument("can't read it: " + std::generic_category().message(errno));
    }
    std::string page(longest_page + 1, '\0');
    in.read(page.data(), static_cast<std::streamsize>(page.size()));
    page.resize(static_cast<std::size_t>(in.gcount()));
    if (page.empty() || page.size() > longest_page || in.bad()) {
        throw std::invalid_argument("a page of 1 byte to 1 MiB");
    }
    return page;
}

option page()
{
    return {.name = "page",
            .placeholder = "FILE",
            .help = "the HTML file that is served at /, with the scripts and styles in it; auto: the server's own",
            .rule = "auto, or a file",
            .set =
                [](options& o, const given& one) {
                    if (one.value.empty()) {
                        throw std::invalid_argument("auto, or a file");
                    }
                    const bool own = one.value == automatic;
                    o.page = own ? std::string{} : one.value;
                    o.web.page = own ? std::string{} : read_page(one.value);
                },
            .values = [](const options& o) -> std::vector<std::string> {
                return {o.page.empty() ? std::string{automatic} : o.page};
            }};
}

// Where the server can't serve browsers, a value is an error.
option_group of_web(option_group group)
{
    if (!missing_web_packages().empty()) {
        for (auto& one : group.members) {
            const auto rule =
                "this server was built without " + std::string{missing_web_packages()} + ", which that needs";
            one.set = [rule](options&, const given& value) {
                if (value.value != automatic && !(value.name == "http" && value.value == "off")) {
                    throw std::invalid_argument(rule);
                }
            };
            one.values = [name = one.name](const options&) -> std::vector<std::string> {
                return {name == "http" ? "off" : std::string{automatic}};
            };
        }
    }
    return group;
}

}  // namespace

option_group web_group()
{
    return of_web(
        {"Browsers",
         {one_of(
              "http", "WORD",
              "on or off: whether browsers get a page and a WebSocket on the ports of --tcp; off: text alone",
              "on or off", {"on", "off"}, [](options& o, const std::string& word) { o.http = word == "on"; },
              [](const options& o) { return o.http ? "on" : "off"; }),
          texts("host", "NAME",
                "a name by which browsers may reach the server, beside its addresses, localhost and the name of "
                "the machine; may be given several times; *.NAME is one label more; auto is none",
                "auto, or a host name, without a port", is_host, [](auto& o) -> auto& { return o.web.hosts; }),
          texts("origin", "ORIGIN",
                "a site, as https://example.org, whose pages may connect; may be given several times; auto: the "
                "server's own page alone",
                "auto, or http://HOST or https://HOST, with a :PORT if need be", is_origin,
                [](auto& o) -> auto& { return o.web.origins; }),
          networks("metrics-from",
                   "networks whose programs get /metrics (Prometheus) and /healthz; may be given several times; auto: "
                   "this machine",
                   [](auto& o) -> auto& { return o.metrics_networks; }),
          page()}});
}

void complete_web(options& o)
{
    o.web.max_message = o.talk.room.max_message;
    o.web.rate = o.tcp_room.members.rate;
    o.web.message_gap = o.tcp_room.message_gap;
    if (!o.metrics_networks.empty()) {
        o.web.metrics_networks = o.metrics_networks;
    }
}

}  // namespace server
