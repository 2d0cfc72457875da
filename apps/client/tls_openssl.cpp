// SPDX-License-Identifier: BSL-1.0
#include "tls.hpp"

#include <chatroom/tls.hpp>

namespace client {
namespace {

std::string remedy(chatroom::tls_error why)
{
    using chatroom::tls_error;
    switch (why) {
    case tls_error::no_tls: return "write tcp:// or ws:// to go there without";
    case tls_error::cut_off: return "is TLS spoken there?";
    case tls_error::expired:
    case tls_error::not_yet_valid: return "or this machine's clock is wrong";
    case tls_error::unknown_issuer:
        return "if it is the right server all the same, --tls-ca FILE has who signs for it, or --tls-pin HEX its "
               "certificate";
    case tls_error::wrong_name: return "write the name or address that it is for";
    case tls_error::wrong_pin: return "the server has a new one, or it is another server";
    case tls_error::handshake_timed_out:
    case tls_error::no_common_version:
    case tls_error::refused_by_peer:
    case tls_error::revoked:
    case tls_error::too_many:
    case tls_error::not_trusted:
    case tls_error::failed: return {};
    }
    return {};
}

}  // namespace

std::string_view missing_tls_packages() noexcept
{
    return {};
}

std::function<std::unique_ptr<chatroom::stream>(const std::string& host)> make_tls(const std::string& ca_file,
                                                                                   const std::string& pin)
{
    return chatroom::tls_client_stream({ca_file, pin});
}

std::string tls_advice(const chatroom::error_code& why)
{
    if (why.category() != chatroom::tls_category()) {
        return {};
    }
    const auto what = remedy(static_cast<chatroom::tls_error>(why.value()));
    return why.message() + (what.empty() ? "" : "; " + what);
}

}  // namespace client
