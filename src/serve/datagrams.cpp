// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/datagrams.hpp>

#include "serve/sockets.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace chatroom {

namespace ip = boost::asio::ip;

// Room for one IP_PKTINFO or IPV6_PKTINFO, the larger of the two, and for SO_RXQ_OVFL.
struct control_space {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(std::uint32_t))> bytes;
};

namespace {

error_code last_error() noexcept
{
    return {errno, boost::system::system_category()};
}

// A kernel, or a sandbox, without recvmmsg and sendmmsg takes the messages one at a time.
int receive_many(int socket, mmsghdr* messages, unsigned count) noexcept
{
    const int n = ::recvmmsg(socket, messages, count, MSG_DONTWAIT, nullptr);
    if (n >= 0 || errno != ENOSYS) {
        return n;
    }
    unsigned got = 0;
    for (; got < count; ++got) {
        const auto size = ::recvmsg(socket, &messages[got].msg_hdr, MSG_DONTWAIT);
        if (size < 0) {
            return got == 0 ? -1 : static_cast<int>(got);
        }
        messages[got].msg_len = static_cast<unsigned>(size);
    }
    return static_cast<int>(got);
}

int send_many(int socket, mmsghdr* messages, unsigned count) noexcept
{
    const int n = ::sendmmsg(socket, messages, count, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0 || errno != ENOSYS) {
        return n;
    }
    unsigned sent = 0;
    for (; sent < count; ++sent) {
        const auto size = ::sendmsg(socket, &messages[sent].msg_hdr, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (size < 0) {
            return sent == 0 ? -1 : static_cast<int>(sent);
        }
        messages[sent].msg_len = static_cast<unsigned>(size);
    }
    return static_cast<int>(sent);
}

template <typename Info>
void put_info(msghdr& header, int level, int type, const Info& info) noexcept
{
    auto* const part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = level;
    part->cmsg_type = type;
    part->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(part), &info, sizeof info);
    header.msg_controllen = CMSG_SPACE(sizeof info);
}

// The bytes of `from` name the source, in the form that a socket of the destination's family takes.
void put_source(msghdr& header, control_space& space, bool v4, const std::array<unsigned char, 16>& from) noexcept
{
    space.bytes.fill(0);
    header.msg_control = space.bytes.data();
    header.msg_controllen = space.bytes.size();
    if (v4) {
        in_pktinfo info{};
        std::memcpy(&info.ipi_spec_dst, from.data() + 12, 4);
        put_info(header, IPPROTO_IP, IP_PKTINFO, info);
    } else {
        in6_pktinfo info{};
        std::memcpy(&info.ipi6_addr, from.data(), from.size());
        put_info(header, IPPROTO_IPV6, IPV6_PKTINFO, info);
    }
}

std::array<unsigned char, 16> bytes_of(const ip::address& address) noexcept
{
    return address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes()
                           : address.to_v6().to_bytes();
}

void set_address(msghdr& header, control_space& space, const ip::udp::endpoint& to, const local_address& from) noexcept
{
    header.msg_name = const_cast<sockaddr*>(to.data());
    header.msg_namelen = static_cast<socklen_t>(to.size());
    header.msg_control = nullptr;
    header.msg_controllen = 0;
    if (from.is_set()) {
        put_source(header, space, to.protocol() == ip::udp::v4(), bytes_of(from.address()));
    }
}

iovec piece_of(std::string_view bytes) noexcept
{
    return {const_cast<char*>(bytes.data()), bytes.size()};
}

}  // namespace

local_address::local_address(const ip::address& address) noexcept : bytes_{bytes_of(address)} {}

ip::address local_address::address() const
{
    const ip::address_v6 v6{bytes_};
    return v6.is_v4_mapped() ? ip::address{ip::make_address_v4(ip::v4_mapped, v6)} : ip::address{v6};
}

struct receive_batch::store {
    store(std::size_t longest, std::size_t most)
        : longest_{longest},
          bytes_{std::make_unique_for_overwrite<char[]>((longest + 1) * most)},
          headers_(most),
          pieces_(most),
          senders_(most),
          controls_(most)
    {
        for (std::size_t i = 0; i < most; ++i) {
            pieces_[i] = {bytes_.get() + i * (longest + 1), longest + 1};
            auto& header = headers_[i].msg_hdr;
            header.msg_iov = &pieces_[i];
            header.msg_iovlen = 1;
            header.msg_name = senders_[i].data();
            header.msg_control = controls_[i].bytes.data();
        }
        make_ready(most);
    }

    // The kernel writes down how much it used of these.
    void make_ready(std::size_t count) noexcept
    {
        for (std::size_t i = 0; i < count; ++i) {
            headers_[i].msg_hdr.msg_namelen = static_cast<socklen_t>(senders_[i].capacity());
            headers_[i].msg_hdr.msg_controllen = controls_[i].bytes.size();
        }
    }

    const std::size_t longest_;
    const std::unique_ptr<char[]> bytes_;  // one more for each: a datagram that fills it is too long
    std::vector<mmsghdr> headers_;
    std::vector<iovec> pieces_;
    std::vector<ip::udp::endpoint> senders_;
    std::vector<control_space> controls_;
};

receive_batch::receive_batch(std::size_t longest, std::size_t most) : store_{std::make_unique<store>(longest, most)} {}
receive_batch::~receive_batch() = default;

bool receive_batch::full() const noexcept
{
    return size_ == store_->headers_.size();
}

std::size_t receive_batch::receive(int socket, error_code& ec) noexcept
{
    store_->make_ready(size_);
    size_ = 0;
    const int n = receive_many(socket, store_->headers_.data(), static_cast<unsigned>(store_->headers_.size()));
    if (n < 0) {
        ec = last_error();
        return 0;
    }
    ec.clear();
    size_ = static_cast<std::size_t>(n);
    if (size_ != 0) {
        auto& last = store_->headers_[size_ - 1].msg_hdr;
        for (auto* part = CMSG_FIRSTHDR(&last); part != nullptr; part = CMSG_NXTHDR(&last, part)) {
            if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_RXQ_OVFL) {
                std::memcpy(&receive_overflow_, CMSG_DATA(part), sizeof receive_overflow_);
            }
        }
    }
    return size_;
}

datagram receive_batch::operator[](std::size_t index) const noexcept
{
    auto& message = store_->headers_[index];
    local_address local;
    for (auto* part = CMSG_FIRSTHDR(&message.msg_hdr); part != nullptr; part = CMSG_NXTHDR(&message.msg_hdr, part)) {
        if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
            in_pktinfo info;
            std::memcpy(&info, CMSG_DATA(part), sizeof info);
            local = local_address{ip::address_v4{ntohl(info.ipi_spec_dst.s_addr)}};
        } else if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo info;
            std::memcpy(&info, CMSG_DATA(part), sizeof info);
            ip::address_v6::bytes_type bytes;
            std::memcpy(bytes.data(), &info.ipi6_addr, bytes.size());
            local = local_address{ip::address_v6{bytes}};
        }
    }
    const auto* const bytes = static_cast<const char*>(store_->pieces_[index].iov_base);
    return {{bytes, std::min<std::size_t>(message.msg_len, store_->longest_)},
            store_->senders_[index],
            local,
            message.msg_len > store_->longest_};
}

struct send_batch::store {
    std::array<mmsghdr, capacity> headers_{};
    std::array<std::array<iovec, 2>, capacity> pieces_;
    std::array<ip::udp::endpoint, capacity> to_;
    std::array<control_space, capacity> controls_;
};

send_batch::send_batch() : store_{std::make_unique<store>()} {}
send_batch::~send_batch() = default;

void send_batch::add(const ip::udp::endpoint& to, const local_address& from, std::string_view first,
                     std::string_view second) noexcept
{
    auto& header = store_->headers_[size_].msg_hdr;
    auto& pieces = store_->pieces_[size_];
    store_->to_[size_] = to;
    pieces = {piece_of(first), piece_of(second)};
    header.msg_iov = pieces.data();
    header.msg_iovlen = second.empty() ? 1 : 2;
    set_address(header, store_->controls_[size_], store_->to_[size_], from);
    ++size_;
}

error_code send_batch::send(int socket) noexcept
{
    auto tried = capacity;  // which datagram met the error of one that was sent before
    while (sent_ < size_) {
        const int n = send_many(socket, store_->headers_.data() + sent_, static_cast<unsigned>(size_ - sent_));
        if (n > 0) {
            for (int i = 0; i < n; ++i, ++sent_) {
                sent_bytes_ += store_->headers_[sent_].msg_len;
            }
            continue;
        }
        const auto why = last_error();
        switch (errno) {
        case EINTR: break;
        case EAGAIN:
        case ENOBUFS:
        case ENOMEM: return why;
        case ECONNREFUSED:
        case EHOSTUNREACH:
        case ENETUNREACH:
            // An ICMP error is told once, at the next call, whoever that one is for.
            if (std::exchange(tried, sent_) != sent_) {
                break;
            }
            [[fallthrough]];
        default:
            ++sent_;
            ++skipped_;
            skipped_why_ = why;
        }
    }
    return {};
}

void send_batch::clear() noexcept
{
    size_ = sent_ = sent_bytes_ = skipped_ = 0;
}

void want_datagram_info(int socket, const ip::udp::endpoint& bound)
{
    set_option(socket, SOL_SOCKET, SO_RXQ_OVFL, 1);
    if (bound.address().is_unspecified()) {
        bound.protocol() == ip::udp::v4() ? set_option(socket, IPPROTO_IP, IP_PKTINFO, 1)
                                          : set_option(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    }
}

error_code send_one(int socket, const ip::udp::endpoint& to, const local_address& from, std::string_view bytes) noexcept
{
    msghdr header{};
    control_space space;
    auto piece = piece_of(bytes);
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    set_address(header, space, to, from);
    return ::sendmsg(socket, &header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? last_error() : error_code{};
}

}  // namespace chatroom
