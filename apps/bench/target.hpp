// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>

#include <sys/socket.h>

namespace load {

/// The server, and how to get a connection to it. Throws std::system_error or std::runtime_error.
class target {
  public:
    target(const std::string& host, const std::string& port);

    /// Starts a connection without waiting for it; the socket is non-blocking. `count` is how many were made before: to
    /// a server on 127/8, every 10,000 come from another address of 127/8, as one address has ports for 28,000 only.
    [[nodiscard]] int connect(std::size_t count) const;

    /// A non-blocking socket for datagrams to the server and from it alone.
    [[nodiscard]] int open_datagram() const;

    [[nodiscard]] const sockaddr_storage& address() const { return address_; }

  private:
    sockaddr_storage address_{};
    socklen_t size_ = 0;
};

/// What a server calls this socket, "127.0.0.1:40000".
std::string label_of(int socket);

/// Throws the std::system_error of errno if the result is negative.
int check(int result, const char* what);

}  // namespace load
