// SPDX-License-Identifier: BSL-1.0
// What names, private messages and /who cost, with what is asked of them. The CPU is that of the server's threads, the
// kernel's share included; the members are sockets of the main thread, over loopback. In one run:
//
//   - a delivery in a room of 100: without a conversation, in one whose members have no names, and in one whose members
//     have names of eight letters; the three take turns, the figures are medians;
//   - the heap of an idle member with a name, beside one without, among MEMBERS (10,000, or what the limit of
//     descriptors allows), and the longest handler while one of them asks /who;
//   - a private message between two shards, beside a bare loop that reads a line and writes it to two sockets.
//
//     build/release/bench/conversation-figures [MEMBERS [ROUNDS]]
#include "loopback_server.hpp"
#include "private_message.hpp"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

// A room of 100 in which one keeps 64 lines under way, of as many bytes as the text has and 16 or 11 for its sender.
class busy_room {
  public:
    busy_room(const char* what, bool commands, bool named, std::size_t text_bytes)
        : what_{what},
          line_(text_bytes, 'x'),
          delivered_{text_bytes + 1 + (named ? sizeof "<abcdefgh>" : sizeof "127.0.0.1:40000")},
          server_{commands, 1}
    {
        line_ += '\n';
        for (std::size_t i = 0; i < members_.size(); ++i) {
            members_[i] = connect_to(server_.port());
            if (named) {
                say(members_[i], "/name " + name_of(i) + "\n");
            }
        }
        std::this_thread::sleep_for(300ms);
        std::ranges::for_each(members_, take);  // joins and renames
    }

    void run(std::chrono::milliseconds time)
    {
        const auto before = server_.used();
        std::array<std::size_t, 100> bytes{};
        std::size_t said = 0;
        std::size_t received = 0;  // by the speaker
        const auto speak = [&](std::size_t lines) {
            std::string all;
            for (said += lines; lines != 0; --lines) {
                all += line_;
            }
            say(members_[0], all);
        };
        speak(64);
        const auto end = steady::now() + time;
        for (auto sweep = steady::now(); received < said;) {
            bytes[0] += await(members_[0]);
            const auto now = steady::now();
            const auto lines = bytes[0] / delivered_ - received;
            received += lines;
            if (lines != 0 && now < end) {
                speak(lines);
            }
            if (now >= sweep || received == said) {  // those that only listen, seldom
                sweep = now + 1ms;
                for (std::size_t i = 1; i < members_.size(); ++i) {
                    bytes[i] += take(members_[i]);
                }
            }
        }
        for (std::size_t i = 1; i < members_.size(); ++i) {
            while (bytes[i] < said * delivered_) {
                bytes[i] += await(members_[i]);
            }
        }
        figures_.push_back((server_.used() - before) / static_cast<double>(said * members_.size()));
    }

    double print() const
    {
        const auto [least, most] = std::ranges::minmax(figures_);
        std::printf("a delivery, %-44s %6.1f ns (%.1f to %.1f), %zu bytes\n", what_, median(figures_), least, most,
                    delivered_);
        return median(figures_);
    }

  private:
    const char* what_;
    std::string line_;
    std::size_t delivered_;  // bytes of a line and its sender
    server server_;
    std::array<int, 100> members_{};
    std::vector<double> figures_;
};

void measure_deliveries(std::size_t rounds)
{
    busy_room plain{"no conversation:", false, false, 64};
    busy_room nameless{"a conversation, nobody has a name:", true, false, 64};
    busy_room named{"everybody has a name:", true, true, 64};
    busy_room as_long{"the same, text longer by 5 bytes:", true, true, 69};
    for (std::size_t i = 0; i < rounds; ++i) {
        for (auto* one : {&plain, &nameless, &named, &as_long}) {
            one->run(500ms);
        }
    }
    (void)plain.print();
    const auto base = nameless.print();
    const auto same_text = named.print();
    const auto same_bytes = as_long.print();
    std::printf("named / nameless: %.3f, and %.3f with as many bytes; asked: 1.05\n", same_text / base,
                same_bytes / base);
}

void measure_crowd(std::size_t members)
{
    server crowd{true, 0};
    double longest = 0;
    const auto run = [&] {  // what is ready, in this thread
        for (;;) {
            const auto before = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
            if (crowd.io().poll_one() == 0) {
                return;
            }
            longest = std::max(longest, nanoseconds(CLOCK_THREAD_CPUTIME_ID) - before);
        }
    };
    const auto heap = [] {
        const auto now = ::mallinfo2();
        return static_cast<double>(now.uordblks + now.hblkhd);
    };
    std::vector<int> sockets(members);
    const auto count = static_cast<double>(members);
    const auto none = heap();
    for (auto& one : sockets) {
        one = connect_to(crowd.port());
        run();
    }
    const auto nameless = heap();
    for (std::size_t i = 0; i < members; ++i) {
        say(sockets[i], "/name " + name_of(i) + "\n");
        run();
        (void)take(sockets[i]);
    }
    const auto named = heap();
    std::printf("an idle member of %zu: heap %.0f bytes, with a name %.0f more; asked: 250\n", members,
                (nameless - none) / count, (named - nameless) / count);
    longest = 0;
    for (int i = 0; i < 50; ++i) {
        say(sockets[0], "/who\n");
        run();
        (void)take(sockets[0]);
    }
    std::printf("/who in a room of %zu: the longest handler of 50 took %.2f ms; asked: 2\n", members, longest / 1e6);
    std::ranges::for_each(sockets, ::close);
    run();
}

}  // namespace

int main(int argc, char** argv)
{
    std::setbuf(stdout, nullptr);
    rlimit limit{};
    check(::getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
    limit.rlim_cur = limit.rlim_max;
    check(::setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
    const auto most = (static_cast<std::size_t>(limit.rlim_cur) - 100) / 2;
    const std::size_t members = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000;
    const std::size_t rounds = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 9;
    measure_crowd(std::min(members, most));
    measure_deliveries(rounds);
    measure_private_messages(rounds);
    return 0;
}
