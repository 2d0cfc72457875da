// SPDX-License-Identifier: BSL-1.0
#include "datagrams.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

#include <arpa/inet.h>

namespace load {

incoming::incoming() : bytes_(most)
{
    for (std::size_t i = 0; i < most; ++i) {
        spaces_[i] = {bytes_[i].data(), size - 1};
        headers_[i].msg_hdr.msg_iov = &spaces_[i];
        headers_[i].msg_hdr.msg_iovlen = 1;
        headers_[i].msg_hdr.msg_control = controls_[i].data();
    }
}

std::size_t incoming::receive(int socket)
{
    for (auto& header : headers_) {
        header.msg_hdr.msg_controllen = control_size;
    }
    return static_cast<std::size_t>(std::max(0, recvmmsg(socket, headers_.data(), most, MSG_DONTWAIT, nullptr)));
}

std::string_view incoming::operator[](std::size_t i)
{
    bytes_[i][headers_[i].msg_len] = '\n';
    return {bytes_[i].data(), headers_[i].msg_len + std::size_t{1}};
}

std::uint32_t incoming::destination(std::size_t i)
{
    const auto* const control = CMSG_FIRSTHDR(&headers_[i].msg_hdr);
    if (control == nullptr || control->cmsg_type != IP_PKTINFO) {
        return 0;
    }
    in_pktinfo info{};
    std::memcpy(&info, CMSG_DATA(control), sizeof info);
    return ntohl(info.ipi_addr.s_addr);
}

void ask_receive_buffer(int socket, int bytes)
{
    if (setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) < 0) {
        setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }
}

udp_drops drops_at(std::uint16_t port)
{
    const auto port_of = [](const std::string& address) {
        return std::stoul(address.substr(address.rfind(':') + 1), nullptr, 16);
    };
    udp_drops result;
    std::ifstream file{"/proc/net/udp"};
    std::string line;
    std::getline(file, line);  // the heading
    while (std::getline(file, line)) {
        std::istringstream words{line};
        std::string number;
        std::string local;
        std::string remote;
        words >> number >> local >> remote;
        const auto drops = std::stoull(line.substr(line.find_last_of(' ', line.find_last_not_of(' '))));
        result.bound += port_of(local) == port ? drops : 0;
        result.connected += port_of(remote) == port ? drops : 0;
    }
    return result;
}

}  // namespace load
