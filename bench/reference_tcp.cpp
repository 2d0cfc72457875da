// SPDX-License-Identifier: BSL-1.0
// The measuring stick: the least work that serves the wire over TCP. Bare epoll, one thread, no library, no text rules,
// no limits, no quiet gap. What a real server costs more than this is the price of its promises.
//
//   a turn:  read every ready socket  ->  append to the log once  ->  one send per member of all that it is owed
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t ring_size = 8U << 20U;
constexpr std::size_t read_size = 64U << 10U;
constexpr std::size_t longest_line = 64U << 10U;

template <class T>
T check(T result, const char* what)
{
    if (result < 0) {
        std::perror(what);
        std::exit(1);
    }
    return result;
}

// The log: a ring that is mapped twice in a row, so that what a member is owed is always one range.
class ring {
  public:
    ring()
    {
        const int file = check(memfd_create("ring", 0), "memfd_create");
        check(ftruncate(file, ring_size), "ftruncate");
        void* const space = mmap(nullptr, 2 * ring_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        base_ = static_cast<char*>(space);
        for (char* half : {base_, base_ + ring_size}) {
            if (mmap(half, ring_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) == MAP_FAILED) {
                check(-1, "mmap");
            }
        }
        close(file);
    }

    void append(std::string_view bytes)
    {
        std::memcpy(base_ + tail_ % ring_size, bytes.data(), bytes.size());
        tail_ += bytes.size();
    }

    [[nodiscard]] const char* at(std::uint64_t position) const { return base_ + position % ring_size; }
    [[nodiscard]] std::uint64_t tail() const { return tail_; }

  private:
    char* base_ = nullptr;
    std::uint64_t tail_ = 0;
};

struct member {
    std::uint64_t position = 0;  // in the log, of what it was sent
    std::size_t place = 0;       // in the list of those present
    std::string label;           // "ADDRESS:PORT\n"
    std::string unfinished;      // a line that the network cut in two
    bool blocked = false;        // waits for EPOLLOUT
    bool leaving = false;        // closed once this turn has sent what it is owed
};

class server {
  public:
    explicit server(std::uint16_t port)
    {
        rlimit files{};
        getrlimit(RLIMIT_NOFILE, &files);
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
        members_.resize(files.rlim_cur);

        const int on = 1;
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        check(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), "bind");
        check(listen(listener_, SOMAXCONN), "listen");
        socklen_t size = sizeof address;
        check(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
        watch(EPOLL_CTL_ADD, listener_, EPOLLIN);
        std::printf("listening tcp 127.0.0.1:%d\n", ntohs(address.sin_port));
        std::fflush(stdout);
    }

    void turn()
    {
        const int count = epoll_wait(poller_, events_.data(), static_cast<int>(events_.size()), -1);
        // What is left unread when half the ring is new is ready again in the next turn: the poller is level-triggered.
        for (int i = 0; i < count && log_.tail() - flushed_ < ring_size / 2; ++i) {
            const auto& event = events_[static_cast<std::size_t>(i)];
            if (event.data.fd == listener_) {
                accept_all();
                continue;
            }
            auto& member = members_[static_cast<std::size_t>(event.data.fd)];
            if ((event.events & EPOLLOUT) != 0) {
                member.blocked = false;
                watch(EPOLL_CTL_MOD, event.data.fd, EPOLLIN);
            }
            if ((event.events & ~static_cast<unsigned>(EPOLLOUT)) != 0) {
                read(event.data.fd, member);
            }
        }
        flush();
    }

  private:
    void watch(int operation, int socket, unsigned events) const
    {
        epoll_event event{};
        event.events = events;
        event.data.fd = socket;
        epoll_ctl(poller_, operation, socket, &event);
    }

    void accept_all()
    {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        int socket = -1;
        while ((socket = accept4(listener_, reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK)) >= 0) {
            const int on = 1;
            setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            std::array<char, INET_ADDRSTRLEN> text{};
            inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
            auto label = std::string{text.data()} + ':' + std::to_string(ntohs(address.sin_port)) + '\n';
            members_[static_cast<std::size_t>(socket)] = {log_.tail(), present_.size(), std::move(label),
                                                          {},          false,           false};
            present_.push_back(socket);
            watch(EPOLL_CTL_ADD, socket, EPOLLIN);
        }
    }

    void read(int socket, member& member)
    {
        const auto got = recv(socket, buffer_.data(), buffer_.size(), 0);
        if (got <= 0) {
            member.leaving = got == 0 || errno != EAGAIN;
            return;
        }
        std::string_view rest{buffer_.data(), static_cast<std::size_t>(got)};
        for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
            if (member.unfinished.size() + end > 0) {
                log_.append(member.label);
                log_.append(member.unfinished);
                log_.append(rest.substr(0, end + 1));
            }
            member.unfinished.clear();
            rest.remove_prefix(end + 1);
        }
        member.unfinished += rest;
        member.leaving = member.unfinished.size() > longest_line;
    }

    void flush()
    {
        flushed_ = log_.tail();
        for (std::size_t i = present_.size(); i-- > 0;) {  // backwards, as remove() moves the last one
            const int socket = present_[i];
            auto& member = members_[static_cast<std::size_t>(socket)];
            if (member.position != flushed_ && !member.blocked) {
                const auto owed = flushed_ - member.position;
                const auto sent = send(socket, log_.at(member.position), owed, MSG_NOSIGNAL);
                member.position += sent > 0 ? static_cast<std::uint64_t>(sent) : 0;
                member.blocked = member.position != flushed_;
                if (member.blocked) {
                    watch(EPOLL_CTL_MOD, socket, EPOLLIN | EPOLLOUT);
                }
            }
            // The next turn may add half a ring and one read; who would be overrun by that is cut.
            if (member.leaving || flushed_ - member.position > ring_size / 4) {
                remove(socket, member);
            }
        }
    }

    void remove(int socket, member& member)
    {
        present_[member.place] = present_.back();
        members_[static_cast<std::size_t>(present_.back())].place = member.place;
        present_.pop_back();
        member.unfinished = {};
        close(socket);
    }

    int listener_ = check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
    int poller_ = check(epoll_create1(0), "epoll_create1");
    ring log_;
    std::uint64_t flushed_ = 0;
    std::vector<member> members_;  // by descriptor
    std::vector<int> present_;
    std::array<epoll_event, 1024> events_{};
    std::array<char, read_size> buffer_{};
};

}  // namespace

int main(int count, char** arguments)
{
    std::uint16_t port = 0;
    const std::string_view text = count == 2 ? arguments[1] : "";
    if (std::from_chars(text.data(), text.data() + text.size(), port).ptr != text.data() + text.size() ||
        text.empty()) {
        std::fputs("usage: reference-tcp PORT (0 picks one)\n", stderr);
        return 2;
    }
    for (const int signal : {SIGINT, SIGTERM}) {
        std::signal(signal, [](int) { _exit(0); });
    }
    server server{port};
    for (;;) {
        server.turn();
    }
}
