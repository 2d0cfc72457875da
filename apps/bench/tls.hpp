// SPDX-License-Identifier: BSL-1.0
// The client's side of TLS over a non-blocking socket. Whose the server's certificate is, nobody looks at.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <sys/types.h>

struct ssl_st;  // OpenSSL's SSL

namespace load {

struct tls_deleter {
    void operator()(ssl_st* session) const noexcept;
};
using tls_session = std::unique_ptr<ssl_st, tls_deleter>;

/// The handshake, once the socket is connected: waits for it, 5 s for each step. Throws std::runtime_error, also where
/// this program was built without OpenSSL.
tls_session tls_connect(int socket);

/// As send(2).
ssize_t tls_send(ssl_st& session, std::string_view bytes);

/// As recv(2), but takes all that is there until `into` is full; then there may be more of which a poller does not
/// know.
ssize_t tls_receive(ssl_st& session, char* into, std::size_t size);

}  // namespace load
