// SPDX-License-Identifier: BSL-1.0
// How several busy rooms behind one listener share the cores: ROOMS rooms of MEMBERS each, in which one member keeps 64
// lines under way, served by two threads and two shards with so many CONNECTIONS_PER_SHARD.
//
//     build/release/bench/busy-rooms ROOMS MEMBERS CONNECTIONS_PER_SHARD [SECONDS]
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr std::size_t text_bytes = 64;
constexpr std::size_t line_bytes = sizeof "127.0.0.1:40000" + text_bytes + 1;  // with both newlines
constexpr std::size_t under_way = 64;

void check(bool good, const char* what)
{
    if (!good) {
        std::perror(what);
        std::exit(1);
    }
}

// The members' process: returns the deliveries that it counted.
std::size_t be_members(std::uint16_t port, std::size_t rooms, std::size_t each, std::chrono::seconds time)
{
    const int poller = ::epoll_create1(0);
    std::vector<int> members(rooms * each);
    for (std::size_t i = 0; i < members.size(); ++i) {
        members[i] = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(port);
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        check(::connect(members[i], reinterpret_cast<sockaddr*>(&at), sizeof at) == 0, "connect");
        const auto join = "/join " + std::to_string(i % rooms) + "\n";
        check(::send(members[i], join.data(), join.size(), 0) > 0, "send");
        if (i < rooms) {
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            check(::epoll_ctl(poller, EPOLL_CTL_ADD, members[i], &event) == 0, "epoll_ctl");
        }
    }
    std::this_thread::sleep_for(500ms);
    const auto say = [&](std::size_t who, std::size_t lines) {
        std::string all;
        for (; lines != 0; --lines) {
            all.append(text_bytes, 'x').push_back('\n');
        }
        check(::send(members[who], all.data(), all.size(), 0) == static_cast<ssize_t>(all.size()), "send");
    };
    for (std::size_t room = 0; room < rooms; ++room) {
        say(room, under_way);
    }
    std::vector<std::size_t> bytes(members.size());
    std::size_t deliveries = 0;
    const auto read = [&](std::size_t who) {  // without a copy: the load is not to be what is measured
        const auto got = ::recv(members[who], nullptr, std::size_t{1} << 20, MSG_DONTWAIT | MSG_TRUNC);
        check(got > 0 || (got < 0 && errno == EAGAIN), "recv");
        const auto before = bytes[who] / line_bytes;
        bytes[who] += got > 0 ? static_cast<std::size_t>(got) : 0;
        const auto lines = bytes[who] / line_bytes - before;
        deliveries += lines;
        return lines;
    };
    const auto until = steady::now() + time;
    for (auto next = steady::now(); next < until;) {
        std::array<epoll_event, 256> ready;
        const int count = ::epoll_wait(poller, ready.data(), static_cast<int>(ready.size()), 1);
        for (int i = 0; i < count; ++i) {
            const auto who = ready[static_cast<std::size_t>(i)].data.u64;
            if (const auto lines = read(who)) {
                say(who, lines);
            }
        }
        if (steady::now() >= next) {  // those that only listen, seldom
            next = steady::now() + 1ms;
            for (auto i = rooms; i < members.size(); ++i) {
                (void)read(i);
            }
        }
    }
    return deliveries;
}

double cpu_seconds()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 4) {
        std::fputs("usage: busy-rooms ROOMS MEMBERS CONNECTIONS_PER_SHARD [SECONDS]\n", stderr);
        return 2;
    }
    const std::size_t count = std::strtoull(argv[1], nullptr, 10);
    const std::size_t each = std::strtoull(argv[2], nullptr, 10);
    const std::chrono::seconds time{argc > 4 ? std::atoi(argv[4]) : 2};
    int pipe[2];
    check(::socketpair(AF_UNIX, SOCK_STREAM, 0, pipe) == 0, "socketpair");
    const auto child = ::fork();
    if (child == 0) {
        std::uint16_t port = 0;
        check(::read(pipe[1], &port, sizeof port) == sizeof port, "read");
        const auto deliveries = be_members(port, count, each, time);
        check(::write(pipe[1], &deliveries, sizeof deliveries) == sizeof deliveries, "write");
        ::_exit(0);
    }
    ::close(pipe[1]);

    asio::io_context io;
    std::vector<chatroom::room> rooms;
    for (std::size_t i = 0; i < count; ++i) {
        rooms.emplace_back();
    }
    auto join = [&rooms](chatroom::member from, std::string line) -> asio::awaitable<void> {
        (void)from.join(rooms.at(std::strtoull(line.c_str() + line.find(' '), nullptr, 10)));
        co_return;
    };
    chatroom::room lobby{{}, nullptr, {.command = join}};
    chatroom::tcp_room_options options;
    options.server.shards = 2;
    options.server.connections_per_shard = std::strtoull(argv[3], nullptr, 10);
    options.members.max_members_per_address = 0;
    options.members.rate = 0;
    chatroom::tcp_room tcp{io.get_executor(), lobby, options};
    const auto port = tcp.listen({asio::ip::address_v4::loopback(), 0}).port();
    asio::co_spawn(io, tcp.run(), asio::detached);
    std::thread first{[&io] { io.run(); }};
    std::thread second{[&io] { io.run(); }};
    check(::write(pipe[0], &port, sizeof port) == sizeof port, "write");
    std::size_t deliveries = 0;
    check(::read(pipe[0], &deliveries, sizeof deliveries) == sizeof deliveries, "read");
    const auto used = cpu_seconds();
    std::printf("%.0f deliveries/s, %.1f ns of CPU a delivery, %.2f cores\n",
                static_cast<double>(deliveries) / static_cast<double>(time.count()),
                used * 1e9 / static_cast<double>(deliveries), used / static_cast<double>(time.count()));
    io.stop();
    first.join();
    second.join();
    ::waitpid(child, nullptr, 0);
    return 0;
}
