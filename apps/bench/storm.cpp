// SPDX-License-Identifier: BSL-1.0
// Connections that come, say one word, hear it, and go. Each hears some of the others' words meanwhile; only its own
// counts.
#include "modes.hpp"

#include "process.hpp"
#include "progress.hpp"
#include "target.hpp"
#include "wire.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>
#include <unistd.h>

namespace load {
namespace {

class storm {
  public:
    explicit storm(const options& asked)
        : target_{asked.host, asked.port},
          codec_{asked.size},
          patience_{to_steady(asked.patience)},
          connections_(asked.concurrent),
          progress_{!asked.json}
    {
        for (std::size_t i = 0; i < connections_.size(); ++i) {
            come(i);
        }
    }

    ~storm()
    {
        for (const auto& connection : connections_) {
            close(connection.socket);
        }
        close(poller_);
    }

    storm(const storm&) = delete;
    storm& operator=(const storm&) = delete;

    void run_until(steady::time_point end)
    {
        for (auto now = steady::now(); now < end; now = steady::now()) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - now);
            const int count =
                epoll_wait(poller_, events_.data(), static_cast<int>(events_.size()), static_cast<int>(left.count()));
            for (int i = 0; i < count; ++i) {
                poll_once(events_[static_cast<std::size_t>(i)].data.u64);
            }
            progress_.show(served_, "connections");
        }
    }

    /// Connections that were dropped or are unheard for `patience`.
    [[nodiscard]] std::uint64_t unheard() const
    {
        auto result = failed_;
        for (const auto& connection : connections_) {
            result += steady::now() - connection.came > patience_ ? 1U : 0U;
        }
        return result;
    }

    [[nodiscard]] std::uint64_t served() const { return served_; }

  private:
    struct guest_state {
        int socket = -1;
        std::string label;  // a server that replays may still know the words of an earlier run
        std::uint32_t number = 0;
        bool spoken = false;
        steady::time_point came;
        std::string unfinished;
    };

    void come(std::size_t index)
    {
        auto& connection = connections_[index];
        const int socket = target_.connect(count_);
        connection = {socket, label_of(socket), static_cast<std::uint32_t>(count_), false, steady::now(), {}};
        ++count_;
        epoll_event event{};
        event.data.u64 = index;
        // On loopback the connection mostly stands by now, and the word can go at once.
        speak(index);
        event.events = connection.spoken ? EPOLLIN : EPOLLOUT;
        check(epoll_ctl(poller_, EPOLL_CTL_ADD, connection.socket, &event), "epoll_ctl");
    }

    void speak(std::size_t index)
    {
        auto& connection = connections_[index];
        line_.clear();
        codec_.append(line_, {static_cast<std::uint32_t>(index), connection.number});
        connection.spoken =
            send(connection.socket, line_.data(), line_.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line_.size());
    }

    void poll_once(std::size_t index)
    {
        auto& connection = connections_[index];
        if (!connection.spoken) {
            speak(index);
            if (!connection.spoken) {
                next(index, failed_);
                return;
            }
            epoll_event event{};
            event.data.u64 = index;
            event.events = EPOLLIN;
            check(epoll_ctl(poller_, EPOLL_CTL_MOD, connection.socket, &event), "epoll_ctl");
            return;
        }
        const auto got = recv(connection.socket, buffer_.data(), buffer_.size(), 0);
        if (got <= 0) {
            if (got == 0 || errno != EAGAIN) {
                next(index, failed_);
            }
            return;
        }
        connection.unfinished.append(buffer_.data(), static_cast<std::size_t>(got));
        bool heard = false;
        const auto seen = [&](std::string_view label, mark what) {
            heard = heard || (what.speaker == index && what.number == connection.number && label == connection.label);
        };
        connection.unfinished.erase(0, codec_.for_each(connection.unfinished, seen, [](auto, auto) {}));
        if (heard) {
            next(index, served_);
        }
    }

    void next(std::size_t index, std::uint64_t& counter)
    {
        ++counter;
        close(connections_[index].socket);
        come(index);
    }

    target target_;
    codec codec_;
    steady::duration patience_;
    std::vector<guest_state> connections_;
    progress progress_;
    int poller_ = check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
    std::array<epoll_event, 256> events_{};
    std::array<char, 64U << 10U> buffer_{};
    std::string line_;
    std::size_t count_ = 0;
    std::uint64_t served_ = 0;
    std::uint64_t failed_ = 0;
};

}  // namespace

bool run_storm(const options& asked, report& out)
{
    storm storm_run{asked};
    storm_run.run_until(steady::now() + to_steady(asked.warm_up));

    const stopwatch watch{asked.pid};
    const auto before = storm_run.served();
    storm_run.run_until(steady::now() + to_steady(asked.seconds));
    const auto time = watch.look();
    const auto served = static_cast<double>(storm_run.served() - before);

    out.add("concurrent", static_cast<double>(asked.concurrent));
    out.add("connections_per_second", served / time.seconds, "/s");
    if (asked.pid != 0 && served > 0) {
        out.add("cpu_us_per_connection", 1e6 * time.server_cpu / served, "us");
    }
    stopwatch::add_busy(time, asked.pid != 0, out);
    out.add("unheard", static_cast<double>(storm_run.unheard()));
    return storm_run.unheard() == 0 && served > 0;
}

}  // namespace load
