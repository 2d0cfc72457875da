// SPDX-License-Identifier: BSL-1.0
#include "tls/openssl.hpp"

#include <array>

namespace chatroom::detail {

std::string take_openssl_error()
{
    const auto last = ERR_peek_last_error();
    ERR_clear_error();
    const char* const reason = ERR_reason_error_string(last);
    return reason != nullptr ? reason : "OpenSSL gives no reason";
}

std::string sha256_of(const X509& certificate)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (X509_digest(&certificate, EVP_sha256(), digest.data(), &length) != 1) {
        throw std::bad_alloc{};
    }
    constexpr const char* digits = "0123456789abcdef";
    std::string hex;
    for (unsigned i = 0; i < length; ++i) {
        hex.push_back(digits[digest[i] >> 4U]);
        hex.push_back(digits[digest[i] & 15U]);
    }
    return hex;
}

}  // namespace chatroom::detail
