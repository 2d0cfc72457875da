// SPDX-License-Identifier: BSL-1.0
#include "reachable.hpp"
#include "tls.hpp"

#include <chatroom/tls.hpp>

#include <boost/asio/ip/host_name.hpp>

#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

namespace server {
namespace {

namespace ip = boost::asio::ip;

// Those of this machine.
std::vector<std::string> names_here()
{
    boost::system::error_code ec;
    std::vector<std::string> names{ip::host_name(ec), "localhost", "127.0.0.1", "::1"};
    if (ec || names.front().empty() || names.front() == "localhost") {
        names.erase(names.begin());
    }
    for (const auto& one : reachable_addresses(ip::address_v6::any())) {  // of both families
        if (const auto text = one.to_string(); text.find('%') == text.npos) {
            names.push_back(text);
        }
    }
    return names;
}

std::string contents(const std::string& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

std::string_view missing_tls_packages() noexcept
{
    return {};
}

tls open_tls(const options& o, std::size_t most)
{
    chatroom::tls_context_options files{o.tls_certificate, o.tls_key};
    files.max_streams = o.max_tls.value_or(most);
    std::string ca;
    if (!o.tls_self.empty()) {
        const auto made = chatroom::tls_self_signed(tls_directory(o), names_here());
        ca = contents(made.ca_file);
        files.certificate_file = made.certificate_file;
        files.key_file = made.key_file;
    }
    if (files.certificate_file.empty()) {
        return {};
    }
    const auto name = files.certificate_file;
    chatroom::tls_context context{std::move(files)};
    const auto mode = o.tls_required ? chatroom::tls_mode::required : chatroom::tls_mode::offered;
    return {.wire = chatroom::tls_wire(context, mode),
            .fingerprint = context.fingerprint(),
            .self_signed = !o.tls_self.empty(),
            .ca = std::move(ca),
            .names = [context] { return context.names(); },
            .reload = [context, name]() mutable -> std::string {
                context.reload();
                return "read the certificate in " + name + " again: sha256 " + context.fingerprint();
            }};
}

}  // namespace server
