// SPDX-License-Identifier: BSL-1.0
// The measuring stick over UDP: the least work that serves the wire. One socket, one thread, no library, no text rules,
// no limits; a text that is too long for a datagram with its label is cut.
//
//   a turn:  recvmmsg  ->  pings make members, a word gets its label written before it  ->  sendmmsg, 1,024 at a time
//            ->  who is silent for more than 10 s is no longer one, the eldest first
#include "reference_members.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>

namespace {

constexpr std::size_t batch = 1024;
constexpr std::size_t label_room = 24;        // "255.255.255.255:65535\n" is 22
constexpr std::size_t text_size = 1024 - 22;  // what the classroom's recv(1024) can take
constexpr std::uint32_t expiry = 10'000;      // milliseconds
volatile std::sig_atomic_t counters_wanted = 0;

template <class T>
T check(T result, const char* what)
{
    if (result < 0) {
        std::perror(what);
        std::exit(1);
    }
    return result;
}

std::uint32_t now()
{
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return static_cast<std::uint32_t>(time.tv_sec * 1000 + time.tv_nsec / 1'000'000);
}

// Writes "ADDRESS:PORT\n" so that it ends at `end`; returns where it begins.
char* write_label(char* end, const sockaddr_in& who)
{
    const auto address = ntohl(who.sin_addr.s_addr);
    std::string text;
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        text += std::to_string(address >> shift & 0xFFU);
        text += shift > 0 ? '.' : ':';
    }
    text += std::to_string(ntohs(who.sin_port));
    text += '\n';
    return static_cast<char*>(std::memcpy(end - text.size(), text.data(), text.size()));
}

class server {
  public:
    explicit server(std::uint16_t port)
    {
        const int asked = 64 << 20;
        if (setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &asked, sizeof asked) < 0) {
            setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &asked, sizeof asked);
        }
        const timeval tick{0, 50'000};  // so that silent members go, too
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof tick);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        check(bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), "bind");
        socklen_t size = sizeof address;
        check(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
        for (std::size_t i = 0; i < batch; ++i) {
            spaces_[i] = {bytes_[i].data() + label_room, text_size};
            in_[i].msg_hdr = {&sources_[i], sizeof sources_[i], &spaces_[i], 1, nullptr, 0, 0};
            out_[i].msg_hdr = {nullptr, sizeof(sockaddr_in), nullptr, 1, nullptr, 0, 0};
        }
        std::printf("listening udp 127.0.0.1:%d\n", ntohs(address.sin_port));
        std::fflush(stdout);
    }

    void turn()
    {
        const int count = recvmmsg(socket_, in_.data(), batch, MSG_WAITFORONE, nullptr);
        const auto time = now();
        std::size_t words = 0;
        for (int i = 0; i < count; ++i) {
            take(static_cast<std::size_t>(i), time, words);
        }
        for (std::size_t word = 0; word < words; ++word) {
            for (auto& member : members_.all()) {
                owe(member.address, words_[word]);
            }
        }
        send();
        members_.expire(time, expiry);
        if (counters_wanted != 0) {
            counters_wanted = 0;
            std::fprintf(stderr, "members=%zu\n", members_.all().size());
        }
    }

  private:
    void take(std::size_t i, std::uint32_t time, std::size_t& words)
    {
        const std::string_view text{bytes_[i].data() + label_room, in_[i].msg_len};
        if (text == "#ping#") {
            members_.hear(sources_[i], time);
        } else if (text == "/quit") {
            members_.remove(sources_[i]);
        } else if (!text.empty() && members_.is_member(sources_[i])) {
            members_.hear(sources_[i], time);
            char* const label = write_label(bytes_[i].data() + label_room, sources_[i]);
            words_[words++] = {label, text.size() + static_cast<std::size_t>(text.data() - label)};
        }
    }

    void owe(sockaddr_in& member, iovec& word)
    {
        out_[owed_].msg_hdr.msg_name = &member;
        out_[owed_].msg_hdr.msg_iov = &word;
        if (++owed_ == batch) {
            send();
        }
    }

    // The socket waits while its buffer is full. What can't be sent to one member is skipped.
    void send()
    {
        for (std::size_t sent = 0; sent < owed_;) {
            const int count = sendmmsg(socket_, out_.data() + sent, static_cast<unsigned>(owed_ - sent), 0);
            sent += count > 0 ? static_cast<std::size_t>(count) : errno == EINTR ? 0U : 1U;
        }
        owed_ = 0;
    }

    int socket_ = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");
    reference::members members_;
    std::array<mmsghdr, batch> in_{};
    std::array<sockaddr_in, batch> sources_{};
    std::array<iovec, batch> spaces_{};
    std::array<std::array<char, label_room + text_size>, batch> bytes_{};
    std::array<iovec, batch> words_{};
    std::array<mmsghdr, batch> out_{};
    std::size_t owed_ = 0;
};

}  // namespace

int main(int count, char** arguments)
{
    std::uint16_t port = 0;
    const std::string_view text = count == 2 ? arguments[1] : "";
    if (std::from_chars(text.data(), text.data() + text.size(), port).ptr != text.data() + text.size() ||
        text.empty()) {
        std::fputs("usage: reference-udp PORT (0 picks one); SIGUSR1 prints the number of members\n", stderr);
        return 2;
    }
    for (const int signal : {SIGINT, SIGTERM}) {
        std::signal(signal, [](int) { _exit(0); });
    }
    std::signal(SIGUSR1, [](int) { counters_wanted = 1; });
    const auto one = std::make_unique<server>(port);
    for (;;) {
        one->turn();
    }
}
