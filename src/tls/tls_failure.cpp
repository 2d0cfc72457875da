// SPDX-License-Identifier: BSL-1.0
// Why OpenSSL does not go on, as one of our own reasons.
#include "tls/tls_stream.hpp"

#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

namespace chatroom::detail {
namespace {

tls_error of_certificate(long verdict) noexcept
{
    switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return tls_error::expired;
    case X509_V_ERR_CERT_NOT_YET_VALID: return tls_error::not_yet_valid;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: return tls_error::unknown_issuer;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return tls_error::wrong_name;
    case X509_V_ERR_APPLICATION_VERIFICATION: return tls_error::wrong_pin;
    case X509_V_ERR_CERT_REVOKED: return tls_error::revoked;
    default: return tls_error::not_trusted;
    }
}

}  // namespace

tls_error tls_stream::reason_by_openssl() const noexcept
{
    if (at_end_) {
        return tls_error::cut_off;
    }
    const auto verdict = SSL_get_verify_result(ssl_.get());
    if (verdict != X509_V_OK && SSL_get_verify_mode(ssl_.get()) != SSL_VERIFY_NONE) {
        return of_certificate(verdict);
    }
    const auto last = ERR_peek_last_error();
    if (ERR_GET_LIB(last) != ERR_LIB_SSL) {
        return tls_error::failed;
    }
    switch (const int reason = ERR_GET_REASON(last)) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_RECORD_LENGTH_MISMATCH: return tls_error::no_tls;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION: return tls_error::no_common_version;
    default: return reason > SSL_AD_REASON_OFFSET ? tls_error::refused_by_peer : tls_error::failed;
    }
}

}  // namespace chatroom::detail
