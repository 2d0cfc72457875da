// SPDX-License-Identifier: BSL-1.0
#include "tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string>

#include <poll.h>

namespace load {
namespace {

// One for the process, which never gives it back.
SSL_CTX* context()
{
    static SSL_CTX* const made = [] {
        auto* const result = SSL_CTX_new(TLS_client_method());
        if (result == nullptr) {
            throw std::runtime_error("there is no context for TLS");
        }
        std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
        SSL_CTX_set_verify(result, SSL_VERIFY_NONE, nullptr);
        SSL_CTX_set_mode(result, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                     SSL_MODE_RELEASE_BUFFERS);
        SSL_CTX_set_read_ahead(result, 1);
        SSL_CTX_set_default_read_buffer_len(result, 64U << 10U);  // else a call of the system for each record
        return result;
    }();
    return made;
}

std::string last_error()
{
    std::array<char, 256> words{};
    ERR_error_string_n(ERR_get_error(), words.data(), words.size());
    return words.data();
}

// 0 at the end, or -1 and errno.
ssize_t failure(SSL& session, int result)
{
    const int error = SSL_get_error(&session, result);
    ERR_clear_error();
    if (error == SSL_ERROR_ZERO_RETURN) {
        return 0;
    }
    errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN : ECONNRESET;
    return -1;
}

}  // namespace

void tls_deleter::operator()(ssl_st* session) const noexcept
{
    SSL_free(session);
}

tls_session tls_connect(int socket)
{
    tls_session session{SSL_new(context())};
    if (session == nullptr || SSL_set_fd(session.get(), socket) != 1) {
        throw std::runtime_error("the handshake of TLS: " + last_error());
    }
    short awaited = POLLOUT;  // first for the connection itself
    do {
        constexpr int patience = 5000;  // ms
        pollfd one{socket, awaited, 0};
        if (poll(&one, 1, patience) != 1) {
            throw std::runtime_error("the server does not answer the handshake of TLS");
        }
        const int result = SSL_connect(session.get());
        if (result == 1) {
            return session;
        }
        const int error = SSL_get_error(session.get(), result);
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
            throw std::runtime_error("the handshake of TLS: " + last_error());
        }
        awaited = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    } while (true);
}

ssize_t tls_send(ssl_st& session, std::string_view bytes)
{
    std::size_t sent = 0;
    const int result = SSL_write_ex(&session, bytes.data(), bytes.size(), &sent);
    return result == 1 ? static_cast<ssize_t>(sent) : failure(session, result);
}

ssize_t tls_receive(ssl_st& session, char* into, std::size_t size)
{
    std::size_t received = 0;
    while (received < size) {
        std::size_t got = 0;
        const int result = SSL_read_ex(&session, into + received, size - received, &got);
        if (result != 1) {
            const auto failed = failure(session, result);
            return received > 0 ? static_cast<ssize_t>(received) : failed;
        }
        received += got;
    }
    return static_cast<ssize_t>(received);
}

}  // namespace load
