// SPDX-License-Identifier: BSL-1.0
#include "udp_client_swarm.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace load {
namespace {

constexpr std::uint32_t first_address = 0x7F010000;  // 127.1.0.0: no broadcast address for the next 16 million
constexpr int receive_buffer_of_many = 512 << 20;
char ping_text[] = "#ping#";
iovec ping{ping_text, 6};

double seconds(steady::duration time)
{
    return std::chrono::duration<double>{time}.count();
}

}  // namespace

udp_client_swarm::udp_client_swarm(const options& asked)
    : options_{asked},
      target_{asked.host, asked.port},
      codec_{asked.size},
      out_(batch),
      controls_(batch),
      progress_{!asked.json},
      heard_(asked.members)
{
    sockaddr_in any{};
    any.sin_family = AF_INET;
    if (target_.address().ss_family != AF_INET || asked.members / sockets >= 0xFE0000) {
        throw std::runtime_error("so many members need a server on IPv4 loopback, and is at most 66 million");
    }
    for (auto& socket : sockets_) {
        socket = check(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
        const int on = 1;
        check(setsockopt(socket, IPPROTO_IP, IP_PKTINFO, &on, sizeof on), "IP_PKTINFO");
        check(bind(socket, reinterpret_cast<const sockaddr*>(&any), sizeof any), "bind");
        ask_receive_buffer(socket, receive_buffer_of_many);
    }
    for (std::size_t i = 0; i < batch; ++i) {
        auto& header = out_[i].msg_hdr;
        header.msg_name = const_cast<sockaddr_storage*>(&target_.address());
        header.msg_namelen = sizeof(sockaddr_in);
        header.msg_iovlen = 1;
        header.msg_control = controls_[i].data();
        header.msg_controllen = control_size;
        auto* const control = CMSG_FIRSTHDR(&header);
        control->cmsg_level = IPPROTO_IP;
        control->cmsg_type = IP_PKTINFO;
        control->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
    }
}

udp_client_swarm::~udp_client_swarm()
{
    for (const int socket : sockets_) {
        close(socket);
    }
}

// Member i is address i / sockets of socket i % sockets.
void udp_client_swarm::send_as(std::size_t member, std::size_t slot, iovec& text)
{
    in_pktinfo info{};
    info.ipi_spec_dst.s_addr = htonl(first_address + static_cast<std::uint32_t>(member / sockets));
    out_[slot].msg_hdr.msg_iov = &text;
    std::memcpy(CMSG_DATA(CMSG_FIRSTHDR(&out_[slot].msg_hdr)), &info, sizeof info);
}

void udp_client_swarm::flush(std::size_t socket, std::size_t count)
{
    for (std::size_t sent = 0; sent < count;) {
        const int now = sendmmsg(sockets_[socket], out_.data() + sent, static_cast<unsigned>(count - sent), 0);
        if (now < 0 && errno != EINTR && errno != ECONNREFUSED) {
            check(now, "sendmmsg");
        }
        sent += static_cast<std::size_t>(std::max(0, now));
    }
}

void udp_client_swarm::send_pings(std::uint64_t count)
{
    // The due members of each socket in turn; `next_` is a multiple of `sockets` at every start.
    for (std::size_t socket = 0; socket < sockets; ++socket) {
        std::size_t filled = 0;
        for (std::uint64_t i = socket; i < count; i += sockets) {
            const auto member = next_ + i;
            if (member < options_.members) {
                send_as(member, filled++, ping);
            }
        }
        flush(socket, filled);
        pings_ += filled;
    }
    next_ += count;
}

void udp_client_swarm::ping_rounds(unsigned rounds)
{
    const auto each = seconds(heartbeat) / static_cast<double>(options_.members);
    for (unsigned round = 0; round < rounds; ++round) {
        const auto start = steady::now();
        next_ = 0;
        while (next_ < options_.members) {
            const auto due = static_cast<std::uint64_t>(seconds(steady::now() - start) / each) + 1;
            const auto open = std::min<std::uint64_t>({due, options_.members});
            if (open > next_) {
                const auto count = std::min<std::uint64_t>(open - next_ + sockets - 1, batch * sockets);
                send_pings(count / sockets * sockets);
            }
            progress_.show(pings_, "pings");
            (void)hear(words_);  // nothing is due, but no buffer must fill
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        last_ping_ = steady::now();
        round_ = last_ping_ - start;
        std::this_thread::sleep_until(start + heartbeat);
    }
}

std::uint32_t udp_client_swarm::say()
{
    begin_word();
    std::string text;
    codec_.append(text, {0, ++words_});
    iovec word{text.data(), text.size() - 1};
    send_as(0, 0, word);
    flush(0, 1);
    return words_;
}

void udp_client_swarm::begin_word()
{
    std::fill(heard_.begin(), heard_.end(), false);
}

// Reads what has come; returns how many members heard that word for the first time.
std::size_t udp_client_swarm::hear(std::uint32_t word)
{
    std::size_t result = 0;
    for (std::size_t socket = 0; socket < sockets; ++socket) {
        while (const auto count = incoming_.receive(sockets_[socket])) {
            for (std::size_t i = 0; i < count; ++i) {
                const auto member = (incoming_.destination(i) - first_address) * sockets + socket;
                const auto seen = [&](std::string_view, mark what) {
                    if (what.number != word || member >= heard_.size()) {
                        return;  // a copy of an earlier word, that was late
                    }
                    repeated_ += heard_[member] ? 1U : 0U;
                    result += heard_[member] ? 0U : 1U;
                    heard_[member] = true;
                };
                codec_.for_each(incoming_[i], seen, [](auto, auto) {});
            }
        }
    }
    return result;
}

std::uint64_t udp_client_swarm::own_drops() const
{
    std::uint64_t result = 0;
    for (const int socket : sockets_) {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        check(getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
        result += drops_at(ntohs(address.sin_port)).bound;
    }
    return result;
}

udp_client_swarm::roll udp_client_swarm::count_members()
{
    roll result;
    const auto dropped = own_drops();
    const auto start = steady::now();
    const auto word = say();
    auto last = start;
    while (result.heard < options_.members && steady::now() - last < std::chrono::seconds{1}) {
        const auto heard = hear(word);
        result.heard += heard;
        if (heard > 0) {
            last = steady::now();
        } else {
            std::this_thread::sleep_for(std::chrono::microseconds{200});
        }
    }
    result.seconds = seconds(last - start);
    result.repeated = repeated_;
    result.dropped = own_drops() - dropped;
    return result;
}

udp_client_swarm::silence udp_client_swarm::expire_all()
{
    constexpr std::chrono::milliseconds step{100};
    silence result;
    const auto repeated = repeated_;
    const auto dropped = own_drops();
    const auto end_of_time = last_ping_ + expiry;
    // Else the speaker's own time, who pinged first of all, would be up before the others'.
    std::this_thread::sleep_until(last_ping_ + heartbeat / 2);
    send_as(0, 0, ping);
    flush(0, 1);
    const auto first = end_of_time - 2 * step;
    for (auto at = first; !result.all && at < end_of_time + expiry; at = std::max(at + step, steady::now())) {
        std::this_thread::sleep_until(at);
        const auto said = steady::now();
        const auto word = say();
        std::size_t heard = 0;
        // The first word has many to reach.
        for (auto last = said; steady::now() < at + step || (at == first && steady::now() - last < step / 2);) {
            if (const auto more = hear(word); more > 0) {
                heard += more;
                last = steady::now();
            }
            std::this_thread::sleep_for(std::chrono::microseconds{200});
        }
        if (at == first) {
            // Who pinged in the last fifth of a second of all pings, less a little for the way.
            const auto share = std::max(0.0, seconds(end_of_time - said) - 0.05) / seconds(round_);
            const auto expected = static_cast<std::uint64_t>(share * static_cast<double>(options_.members));
            const auto came = heard + (own_drops() - dropped);
            result.early = came < expected ? expected - came : 0;
        }
        result.all = heard == 1 && heard_[0];
        result.seconds_late = seconds(said - end_of_time);
    }
    result.repeated = repeated_ - repeated;
    return result;
}

}  // namespace load
