// SPDX-License-Identifier: BSL-1.0
#include "service.hpp"

#include <systemd/sd-daemon.h>

#include <sys/socket.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <system_error>

namespace server {

passed_sockets take_passed_sockets()
{
    const int count = ::sd_listen_fds(1);
    if (count < 0) {
        throw std::runtime_error("can't take the sockets of the service manager: " +
                                 std::generic_category().message(-count));
    }
    passed_sockets passed;
    for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + count; ++fd) {
        if (::sd_is_socket_inet(fd, AF_UNSPEC, SOCK_STREAM, 1, 0) > 0) {
            passed.tcp.push_back(fd);
        } else if (::sd_is_socket_inet(fd, AF_UNSPEC, SOCK_DGRAM, -1, 0) > 0) {
            passed.udp.push_back(fd);
        } else {
            throw std::runtime_error("the service manager passed descriptor " + std::to_string(fd) +
                                     ", which is neither a TCP socket that listens nor a UDP socket: see the "
                                     "Listen... lines of chatroom.socket");
        }
    }
    return passed;
}

void notify_ready() noexcept
{
    ::sd_notify(0, "READY=1");
}

void notify_stopping() noexcept
{
    ::sd_notify(0, "STOPPING=1");
}

std::chrono::microseconds watchdog_time() noexcept
{
    std::uint64_t microseconds = 0;
    return std::chrono::microseconds{::sd_watchdog_enabled(0, &microseconds) > 0 ? microseconds : 0};
}

void notify_watchdog() noexcept
{
    ::sd_notify(0, "WATCHDOG=1");
}

}  // namespace server
