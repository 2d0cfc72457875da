// SPDX-License-Identifier: BSL-1.0
// A server in this process whose CPU is counted apart, and members that are raw sockets of the thread that measures.
#pragma once

#include <chatroom/conversation.hpp>
#include <chatroom/tcp_room.hpp>

#include <boost/asio.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace asio = boost::asio;

inline void check(bool good, const char* what)
{
    if (!good) {
        std::perror(what);
        std::exit(1);
    }
}

inline double nanoseconds(clockid_t clock)
{
    timespec time{};
    check(::clock_gettime(clock, &time) == 0, "clock_gettime");
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

// A thread of a server, and its CPU.
class counted_thread {
  public:
    template <typename Function>
    explicit counted_thread(Function function) : thread_{std::move(function)}
    {
        check(::pthread_getcpuclockid(thread_.native_handle(), &clock_) == 0, "pthread_getcpuclockid");
    }
    [[nodiscard]] double used() const { return nanoseconds(clock_); }

  private:
    std::jthread thread_;
    clockid_t clock_{};
};

inline double used_by(const std::vector<std::unique_ptr<counted_thread>>& threads)
{
    double all = 0;
    for (const auto& one : threads) {
        all += one->used();
    }
    return all;
}

// A room over TCP, in a conversation or not, served by so many threads; with none, by whoever runs io(). The shards get
// the connections in turns.
class server {
  public:
    server(bool commands, std::size_t threads, std::size_t shards = 1)
    {
        if (commands) {
            talk_.emplace(io_.get_executor());
        }
        chatroom::tcp_room_options options;
        options.server.shards = shards;
        options.server.connections_per_shard = 0;
        options.members.max_members_per_address = 0;
        options.members.rate = 0;
        tcp_.emplace(io_.get_executor(), talk_ ? talk_->entry() : hall_, options);
        at_ = tcp_->listen({asio::ip::address_v4::loopback(), 0});
        asio::co_spawn(io_, tcp_->run(), asio::detached);
        for (std::size_t i = 0; i < threads; ++i) {
            threads_.push_back(std::make_unique<counted_thread>([this] { io_.run(); }));
        }
    }
    ~server() { io_.stop(); }
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    [[nodiscard]] double used() const { return used_by(threads_); }
    [[nodiscard]] std::uint16_t port() const { return at_.port(); }
    [[nodiscard]] asio::io_context& io() { return io_; }

  private:
    asio::io_context io_;
    std::optional<chatroom::conversation> talk_;
    chatroom::room hall_;
    std::optional<chatroom::tcp_room> tcp_;
    asio::ip::tcp::endpoint at_;
    std::vector<std::unique_ptr<counted_thread>> threads_;
};

inline int connect_to(std::uint16_t port)
{
    const int made = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(made >= 0 && ::connect(made, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0, "connect");
    const int on = 1;
    check(::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "setsockopt");
    return made;
}

inline void say(int socket, std::string_view text)
{
    check(::send(socket, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()), "send");
}

// Bytes that were there; without a copy, since it is not the members that are measured.
inline std::size_t take(int socket)
{
    const auto got = ::recv(socket, nullptr, std::size_t{1} << 20, MSG_DONTWAIT | MSG_TRUNC);
    check(got > 0 || (got < 0 && errno == EAGAIN), "recv");
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

// Waits for bytes and takes them.
inline std::size_t await(int socket)
{
    pollfd one{socket, POLLIN, 0};
    check(::poll(&one, 1, 10'000) == 1, "poll");
    return take(socket);
}

inline double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

// A name of eight letters.
inline std::string name_of(std::size_t number)
{
    std::string made;
    for (int i = 0; i < 8; ++i, number /= 8) {
        made += static_cast<char>('a' + number % 8);
    }
    return made;
}
