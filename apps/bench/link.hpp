// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "tls.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace load {

/// A member's connection, plain or TLS; owns the socket, which is non-blocking.
class link {
  public:
    link() = default;
    explicit link(int socket) : socket_{socket} {}
    link(link&& from) noexcept : socket_{std::exchange(from.socket_, -1)}, tls_{std::move(from.tls_)} {}
    link& operator=(link&& from) noexcept
    {
        close();
        socket_ = std::exchange(from.socket_, -1);
        tls_ = std::move(from.tls_);
        return *this;
    }
    ~link() { close(); }

    /// Waits for the handshake. Throws std::runtime_error.
    void begin_tls() { tls_ = tls_connect(socket_); }

    /// As the system's calls. Over TLS, receive again if it fills all of `into`.
    [[nodiscard]] ssize_t send(std::string_view bytes)
    {
        return tls_ ? tls_send(*tls_, bytes) : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    [[nodiscard]] ssize_t receive(char* into, std::size_t size)
    {
        return tls_ ? tls_receive(*tls_, into, size) : ::recv(socket_, into, size, 0);
    }

    void close()
    {
        tls_.reset();
        if (socket_ >= 0) {
            ::close(std::exchange(socket_, -1));
        }
    }

    [[nodiscard]] bool is_tls() const { return tls_ != nullptr; }
    [[nodiscard]] bool is_open() const { return socket_ >= 0; }
    [[nodiscard]] int socket() const { return socket_; }

  private:
    int socket_ = -1;
    tls_session tls_;
};

}  // namespace load
