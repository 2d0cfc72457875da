// SPDX-License-Identifier: BSL-1.0
#include "tls/tls_stream.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace chatroom {
namespace {

using namespace detail;

[[noreturn]] void throw_about(const std::string& file, const std::string& what)
{
    throw std::runtime_error{file + ": " + what};
}

// A key with a password would be asked for on the terminal.
int no_password(char* /*into*/, int /*size*/, int /*writes*/, void* asked)
{
    *static_cast<bool*>(asked) = true;
    return -1;
}

struct closes_file {
    void operator()(std::FILE* file) const noexcept { (void)std::fclose(file); }
};

std::unique_ptr<std::FILE, closes_file> open_file(const std::string& name)
{
    std::unique_ptr<std::FILE, closes_file> file{std::fopen(name.c_str(), "re")};
    if (!file) {
        throw_about(name, std::generic_category().message(errno));
    }
    return file;
}

void use_certificates(SSL_CTX* context, const std::string& name)
{
    (void)open_file(name);  // for its error's sake
    if (SSL_CTX_use_certificate_chain_file(context, name.c_str()) != 1) {
        const bool none = ERR_GET_REASON(ERR_peek_error()) == PEM_R_NO_START_LINE;
        const auto why = take_openssl_error();
        throw_about(name, none ? "there is no certificate in it (-----BEGIN CERTIFICATE-----)"
                               : "the certificate can't be used: " + why);
    }
}

void use_key(SSL_CTX* context, const std::string& name, const std::string& certificate)
{
    const auto file = open_file(name);
    bool asked = false;
    const key_ptr key{PEM_read_PrivateKey(file.get(), nullptr, no_password, &asked)};
    if (!key) {
        ERR_clear_error();
        throw_about(name, asked ? "the key has a password; write it without one: openssl pkey -in FILE -out NEW"
                                : "there is no private key in it (-----BEGIN PRIVATE KEY-----)");
    }
    // The first compares with a certificate of the key's own type only, and forgets one of another type.
    if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
        ERR_clear_error();
        throw_about(name, "the key does not belong to the certificate in " + certificate);
    }
}

// `http/1.1`, if the client has it among the protocols that it offers (RFC 7301); else the handshake goes on without.
int choose_protocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned offered_size, void* /*data*/)
{
    static constexpr std::array<unsigned char, 9> known{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, known.data(), known.size(), offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_NOACK;
    }
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

ssl_ctx_ptr load(const tls_context_options& o)
{
    ERR_clear_error();
    const ssl_ctx_ptr made{allocated(SSL_CTX_new(TLS_server_method())), SSL_CTX_free};
    auto* const context = made.get();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    // No tickets: a client that writes, closes and never reads would lose its text to the reset that an unread ticket
    // causes.
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);  // a record with one recv()
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    use_certificates(context, o.certificate_file);
    use_key(context, o.key_file, o.certificate_file);
    return made;
}

std::string to_text(const ASN1_STRING& string)
{
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(&string)),
            static_cast<std::size_t>(ASN1_STRING_length(&string))};
}

std::string to_address(const ASN1_OCTET_STRING& bytes)
{
    const auto* const data = ASN1_STRING_get0_data(&bytes);
    if (ASN1_STRING_length(&bytes) == 4) {
        std::array<unsigned char, 4> four{};
        std::copy_n(data, four.size(), four.begin());
        return boost::asio::ip::address_v4{four}.to_string();
    }
    std::array<unsigned char, 16> sixteen{};
    if (ASN1_STRING_length(&bytes) != 16) {
        return {};
    }
    std::copy_n(data, sixteen.size(), sixteen.begin());
    return boost::asio::ip::address_v6{sixteen}.to_string();
}

// What a connection gets for which there is no place: it is never ready, and fails at once.
class refusing_stream final : public stream {
  public:
    result receive(int /*descriptor*/, std::span<char> /*into*/) noexcept override { return {0, ECONNREFUSED}; }
    result send(int /*descriptor*/, std::span<const std::string_view> /*pieces*/) noexcept override
    {
        return {0, ECONNREFUSED};
    }
    [[nodiscard]] std::chrono::steady_clock::time_point handshake_end() const noexcept override
    {
        return std::chrono::steady_clock::time_point::min();
    }
    void shutdown(int descriptor) noexcept override { plain_stream().shutdown(descriptor); }
    [[nodiscard]] error_code failure() const noexcept override { return make_error_code(tls_error::too_many); }
};

}  // namespace

class tls_context::impl {
  public:
    explicit impl(tls_context_options options) : options_{std::move(options)}, loaded_{load(options_)}
    {
        if (!options_.clock) {
            options_.clock = std::make_shared<time_source>();
        }
    }

    void reload()
    {
        auto made = load(options_);
        const std::scoped_lock lock{mutex_};
        loaded_.swap(made);
    }

    [[nodiscard]] ssl_ctx_ptr loaded() const
    {
        const std::scoped_lock lock{mutex_};
        return loaded_;
    }

    // A place among the streams; null if there is none.
    [[nodiscard]] tls_stream::place take_place() const
    {
        const auto places = places_;
        if (places->fetch_add(1) >= options_.max_streams && options_.max_streams != 0) {
            places->fetch_sub(1);
            return {};
        }
        return {places.get(), [places](const void*) { places->fetch_sub(1); }};
    }

    [[nodiscard]] const tls_context_options& options() const noexcept { return options_; }

  private:
    tls_context_options options_;
    const std::shared_ptr<std::atomic<std::size_t>> places_ = std::make_shared<std::atomic<std::size_t>>(0);
    mutable std::mutex mutex_;  // a leaf
    ssl_ctx_ptr loaded_;
};

tls_context::tls_context(tls_context_options options) : impl_{std::make_shared<impl>(std::move(options))} {}

void tls_context::reload()
{
    impl_->reload();
}

std::string tls_context::fingerprint() const
{
    return sha256_of(*SSL_CTX_get0_certificate(impl_->loaded().get()));
}

std::vector<std::string> tls_context::names() const
{
    const auto loaded = impl_->loaded();
    std::vector<std::string> found;
    const std::unique_ptr<GENERAL_NAMES, freed_by<GENERAL_NAMES_free>> all{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(SSL_CTX_get0_certificate(loaded.get()), NID_subject_alt_name, nullptr, nullptr))};
    for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const auto* const one = sk_GENERAL_NAME_value(all.get(), i);
        if (one->type == GEN_DNS) {
            found.push_back(to_text(*one->d.dNSName));
        } else if (one->type == GEN_IPADD) {
            found.push_back(to_address(*one->d.iPAddress));
        }
    }
    return found;
}

std::unique_ptr<stream> tls_context::make_stream(std::string_view received) const
{
    auto place = impl_->take_place();
    if (!place) {
        return std::make_unique<refusing_stream>();
    }
    ssl_ptr ssl{allocated(SSL_new(impl_->loaded().get()))};
    SSL_set_accept_state(ssl.get());
    const auto& o = impl_->options();
    return std::make_unique<tls_stream>(
        std::move(ssl), received, tls_stream::handshake_needs{later(o.clock->now(), o.handshake_timeout), o.clock, {}},
        std::move(place));
}

}  // namespace chatroom
