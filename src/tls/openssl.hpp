// SPDX-License-Identifier: BSL-1.0
// OpenSSL's objects as owners, and its errors as words.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <new>
#include <string>

namespace chatroom::detail {

template <auto Free>
struct freed_by {
    template <typename T>
    void operator()(T* object) const noexcept
    {
        Free(object);
    }
};

using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free_all>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using ssl_ptr = std::unique_ptr<SSL, freed_by<SSL_free>>;
using x509_ptr = std::unique_ptr<X509, freed_by<X509_free>>;

/// Shared by its connections and by who makes them; OpenSSL counts the connections itself.
using ssl_ctx_ptr = std::shared_ptr<SSL_CTX>;

/// The last error of this thread, for people; forgets all of them.
[[nodiscard]] std::string take_openssl_error();

/// 64 hexadecimal digits.
[[nodiscard]] std::string sha256_of(const X509& certificate);

/// Of what OpenSSL returns null for if it has no memory.
template <typename T>
[[nodiscard]] T* allocated(T* object)
{
    if (object == nullptr) {
        ERR_clear_error();
        throw std::bad_alloc{};
    }
    return object;
}

}  // namespace chatroom::detail
