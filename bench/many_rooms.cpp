// SPDX-License-Identifier: BSL-1.0
// What many small rooms cost: ROOMS rooms of two members each, behind one listener. The members connect to the lobby's
// port, join a room of their own by a command, leave the lobby, and one of each two says a line. After each step: bytes
// of the heap and of resident memory, CPU and time, for each room or member. Needs two descriptors a room, in each of
// two processes.
//
//     build/release/bench/many-rooms [ROOMS]
#include <chatroom/chatroom.hpp>

#include <boost/asio.hpp>

#include <arpa/inet.h>
#include <malloc.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

[[noreturn]] void fail(const char* what)
{
    std::perror(what);
    std::exit(1);
}

// The members' process: raw sockets, one step for each byte that comes through the pipe, which is then sent back.
[[noreturn]] void be_members(int control, std::size_t rooms, std::uint16_t port)
{
    std::vector<int> members(rooms * 2);
    const auto say = [&](std::size_t who, const std::string& line) {
        if (::send(members[who], line.data(), line.size(), 0) != static_cast<ssize_t>(line.size())) {
            fail("send");
        }
    };
    for (char step = 0; ::read(control, &step, 1) == 1;) {
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (step == 'c') {
                members[i] = ::socket(AF_INET, SOCK_STREAM, 0);
                sockaddr_in at{};
                at.sin_family = AF_INET;
                at.sin_port = htons(port);
                at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
                if (members[i] < 0 || ::connect(members[i], reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) {
                    fail("connect");
                }
            } else if (step == 'j') {
                say(i, "/join " + std::to_string(i / 2) + "\n");
            } else if (step == 's' && i % 2 == 0) {
                say(i, std::string(64, 'x') + "\n");
            } else if (step == 'r') {  // what was said in its room, whole and once
                char in[256];
                std::size_t got = 0;
                while (got == 0 || in[got - 1] != '\n' || got < 66) {
                    const auto bytes = ::recv(members[i], in + got, sizeof in - got, 0);
                    if (bytes <= 0) {
                        fail("recv");
                    }
                    got += static_cast<std::size_t>(bytes);
                }
            }
        }
        if (::write(control, &step, 1) != 1) {
            fail("write");
        }
    }
    std::exit(0);
}

struct figures {
    std::size_t heap = 0;
    std::size_t resident = 0;
    std::chrono::duration<double> cpu{};
    std::chrono::steady_clock::time_point time = std::chrono::steady_clock::now();

    static figures now()
    {
        figures f;
        const auto heap = ::mallinfo2();
        f.heap = heap.uordblks + heap.hblkhd;
        std::ifstream statm{"/proc/self/statm"};
        std::size_t size = 0;
        statm >> size >> f.resident;
        f.resident *= static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        rusage used{};
        ::getrusage(RUSAGE_SELF, &used);
        f.cpu = std::chrono::seconds{used.ru_utime.tv_sec + used.ru_stime.tv_sec} +
                std::chrono::microseconds{used.ru_utime.tv_usec + used.ru_stime.tv_usec};
        return f;
    }
};

void print(const char* what, const figures& before, std::size_t count)
{
    const auto after = figures::now();
    const auto each = [count](std::size_t now, std::size_t then) {
        return (static_cast<double>(now) - static_cast<double>(then)) / static_cast<double>(count);
    };
    std::cout << what << ": heap " << each(after.heap, before.heap) << " B, resident "
              << each(after.resident, before.resident) << " B, CPU "
              << (after.cpu - before.cpu).count() * 1e6 / static_cast<double>(count) << " us each; all in "
              << std::chrono::duration<double>{after.time - before.time}.count() << " s" << std::endl;
}

class server {
  public:
    explicit server(std::size_t rooms)
    {
        rooms_.reserve(rooms);
        const auto before = figures::now();
        for (std::size_t i = 0; i < rooms; ++i) {
            rooms_.emplace_back();
        }
        print("a room without members", before, rooms);
    }

    std::uint16_t listen()
    {
        const auto port = tcp_.listen({asio::ip::address_v4::loopback(), 0}).port();
        asio::co_spawn(io_, tcp_.run(), asio::detached);
        return port;
    }

    template <typename Done>
    void run_until(Done done)
    {
        while (!done()) {
            io_.run_one_for(10ms);
        }
    }

    [[nodiscard]] std::size_t in_lobby() const { return lobby_.members(); }
    [[nodiscard]] std::size_t joined() const { return joined_; }

  private:
    chatroom::room_policy policy()
    {
        return {.command = [this](chatroom::member from, std::string line) {
            return join(std::move(from), std::move(line));
        }};
    }

    asio::awaitable<void> join(chatroom::member from, std::string line)
    {
        std::size_t number = 0;
        std::from_chars(line.data() + line.find(' ') + 1, line.data() + line.size(), number);
        (void)from.join(rooms_.at(number));
        (void)from.leave(lobby_);
        ++joined_;
        co_return;
    }

    static chatroom::tcp_room_options options()
    {
        chatroom::tcp_room_options o;
        o.server.shards = 1;
        o.members.max_members_per_address = 0;
        o.drain_timeout = 0ms;
        return o;
    }

    asio::io_context io_{1};
    std::vector<chatroom::room> rooms_;
    std::size_t joined_ = 0;
    chatroom::room lobby_{{}, nullptr, policy()};
    chatroom::tcp_room tcp_{io_.get_executor(), lobby_, options()};
};

}  // namespace

int main(int argc, char** argv)
{
    const std::size_t rooms = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000;
    int control[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, control) != 0) {
        fail("socketpair");
    }
    // The members are forked before there is an io_context; they get the port when there is one.
    const auto child = ::fork();
    if (child == 0) {
        ::close(control[0]);
        std::uint16_t port = 0;
        if (::read(control[1], &port, sizeof port) != sizeof port) {
            fail("read");
        }
        be_members(control[1], rooms, port);
    }
    ::close(control[1]);
    server s{rooms};
    const auto port = s.listen();
    if (::write(control[0], &port, sizeof port) != sizeof port) {
        fail("write");
    }
    const auto start = [&](char step) {
        if (::write(control[0], &step, 1) != 1) {
            fail("write");
        }
    };
    const auto answered = [&] {
        char step = 0;
        const auto got = ::recv(control[0], &step, 1, MSG_DONTWAIT);
        if (got == 0) {
            std::exit(1);  // the members have said why
        }
        return got == 1;
    };
    const auto settle = [&](std::chrono::milliseconds time) {
        const auto until = std::chrono::steady_clock::now() + time;
        s.run_until([&] { return std::chrono::steady_clock::now() >= until; });
    };

    const auto empty = figures::now();
    start('c');
    s.run_until([&] { return s.in_lobby() == rooms * 2; });
    s.run_until(answered);
    print("a member in the lobby", empty, rooms * 2);

    const auto in_lobby = figures::now();
    start('j');
    s.run_until([&] { return s.joined() == rooms * 2 && s.in_lobby() == 0; });
    s.run_until(answered);
    print("a join of a room (and leaving the lobby)", in_lobby, rooms * 2);

    const auto idle = figures::now();
    settle(5s);
    print("silence for 5 s", idle, 1);

    const auto silent = figures::now();
    start('s');
    s.run_until(answered);
    start('r');
    s.run_until(answered);
    print("a line in a room", silent, rooms);
    print("a room of two members in all, with a line said", empty, rooms);
    ::close(control[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}
