// SPDX-License-Identifier: BSL-1.0
#include "tls/tls_stream.hpp"

#include <boost/asio/ip/address.hpp>

#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace chatroom {
namespace {

using namespace detail;

constexpr std::size_t sha256_digits = 64;

std::string to_pin(const std::string& text)
{
    std::string pin;
    for (const char c : text) {
        if (c != ':') {
            pin.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
        }
    }
    if (pin.size() != sha256_digits || pin.find_first_not_of("0123456789abcdef") != pin.npos) {
        throw std::invalid_argument{"a pin is the SHA-256 of a certificate: 64 hexadecimal digits"};
    }
    return pin;
}

// Takes the certificate for the pinned one or for none, instead of looking at who has signed it.
int check_pin(X509_STORE_CTX* checked, void* pin) noexcept
try {
    const bool same = sha256_of(*X509_STORE_CTX_get0_cert(checked)) == *static_cast<const std::string*>(pin);
    X509_STORE_CTX_set_error(checked, same ? X509_V_OK : X509_V_ERR_APPLICATION_VERIFICATION);
    return same ? 1 : 0;
} catch (...) {
    X509_STORE_CTX_set_error(checked, X509_V_ERR_OUT_OF_MEM);
    return 0;
}

void trust(SSL_CTX* context, const std::string& ca_file)
{
    if (ca_file.empty()) {
        (void)SSL_CTX_set_default_verify_paths(context);
        return;
    }
    if (!std::ifstream{ca_file}) {
        throw std::runtime_error{ca_file + ": " + std::generic_category().message(errno)};
    }
    if (SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) != 1) {
        ERR_clear_error();
        throw std::runtime_error{ca_file + ": there is no certificate in it (-----BEGIN CERTIFICATE-----)"};
    }
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);  // also a server's own
}

// An address in a certificate has no interface behind it; a name has no dot at its end.
void expect(SSL* ssl, std::string host, bool verify)
{
    host.erase(std::min(host.find('%'), host.size()));
    boost::system::error_code ec;
    boost::asio::ip::make_address(host, ec);
    if (!ec) {
        if (verify) {
            X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
        }
        return;
    }
    if (host.ends_with('.')) {
        host.pop_back();
    }
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
    if (verify) {
        SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
        (void)allocated(SSL_set1_host(ssl, host.c_str()) == 1 ? ssl : nullptr);
    }
}

}  // namespace

std::function<std::unique_ptr<stream>(const std::string& host)> tls_client_stream(const tls_client_options& options)
{
    ERR_clear_error();
    const auto pin = std::make_shared<std::string>(options.pin.empty() ? "" : to_pin(options.pin));
    const bool by_name = options.verify && pin->empty();
    const ssl_ctx_ptr made{allocated(SSL_CTX_new(TLS_client_method())), SSL_CTX_free};
    auto* const context = made.get();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
    if (by_name) {
        trust(context, options.ca_file);
    } else if (!pin->empty()) {
        SSL_CTX_set_cert_verify_callback(context, check_pin, pin.get());
    }
    SSL_CTX_set_verify(context, by_name || !pin->empty() ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    return [made, by_name, pin](const std::string& host) -> std::unique_ptr<stream> {
        ssl_ptr ssl{allocated(SSL_new(made.get()))};
        SSL_set_connect_state(ssl.get());
        expect(ssl.get(), host, by_name);
        return std::make_unique<tls_stream>(std::move(ssl), std::string_view{},
                                            tls_stream::handshake_needs{.trusted = pin});
    };
}

}  // namespace chatroom
