// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>

namespace load {

/// Receives many datagrams in one call.
class incoming {
  public:
    static constexpr std::size_t most = 64;

    incoming();

    /// How many came; none if the socket is empty, or had only an error to tell. Never waits.
    [[nodiscard]] std::size_t receive(int socket);

    /// Of the last receive(), and a newline behind it, so that it reads as a message over TCP does.
    [[nodiscard]] std::string_view operator[](std::size_t i);

    /// The address that datagram was sent to, in host order, if the socket asks for IP_PKTINFO.
    [[nodiscard]] std::uint32_t destination(std::size_t i);

  private:
    static constexpr std::size_t size = 2048;
    static constexpr std::size_t control_size = CMSG_SPACE(sizeof(in_pktinfo));

    std::vector<std::array<char, size>> bytes_;
    std::array<iovec, most> spaces_{};
    std::array<mmsghdr, most> headers_{};
    alignas(cmsghdr) std::array<std::array<char, control_size>, most> controls_{};
};

/// Asks for a receive buffer of so many bytes, beyond the system's limit if this process may.
void ask_receive_buffer(int socket, int bytes);

/// Datagrams that found a receive buffer full: of sockets bound to this port, and of sockets connected to it. IPv4
/// only.
struct udp_drops {
    std::uint64_t bound = 0;
    std::uint64_t connected = 0;
};
udp_drops drops_at(std::uint16_t port);

}  // namespace load
