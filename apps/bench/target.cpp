// SPDX-License-Identifier: BSL-1.0
#include "target.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

namespace load {

int check(int result, const char* what)
{
    if (result < 0) {
        throw std::system_error(errno, std::generic_category(), what);
    }
    return result;
}

target::target(const std::string& host, const std::string& port)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
        throw std::runtime_error(host + ':' + port + ": " + gai_strerror(error));
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{found, freeaddrinfo};
    std::memcpy(&address_, found->ai_addr, found->ai_addrlen);
    size_ = found->ai_addrlen;
}

int target::connect(std::size_t count) const
{
    const int socket = check(::socket(address_.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in source{};
    std::memcpy(&source, &address_, sizeof source);
    const auto step = static_cast<std::uint32_t>(count / 10'000);
    if (step > 0 && source.sin_family == AF_INET && ntohl(source.sin_addr.s_addr) >> 24U == 127) {
        // The port is chosen by connect(), with the other end in view; bind() alone would allow each only once.
        setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        source.sin_port = 0;
        source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + step % 0xFFFF00U);
        check(bind(socket, reinterpret_cast<const sockaddr*>(&source), sizeof source), "bind");
    }
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address_), size_) < 0 && errno != EINPROGRESS) {
        const int error = errno;
        close(socket);
        throw std::system_error(error, std::generic_category(), "connect");
    }
    return socket;
}

int target::open_datagram() const
{
    const int socket = check(::socket(address_.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
    check(::connect(socket, reinterpret_cast<const sockaddr*>(&address_), size_), "connect");
    return socket;
}

std::string label_of(int socket)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    check(getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> port{};
    getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host.data(), host.size(), port.data(), port.size(),
                NI_NUMERICHOST | NI_NUMERICSERV);
    const std::string name = host.data();
    return (address.ss_family == AF_INET6 ? '[' + name + ']' : name) + ':' + port.data();
}

}  // namespace load
