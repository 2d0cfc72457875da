// SPDX-License-Identifier: BSL-1.0
// The modes that run a pool of clients over TCP.
#include "modes.hpp"

#include "client_pool.hpp"
#include "histogram.hpp"
#include "process.hpp"

#include <cmath>
#include <deque>
#include <memory>
#include <vector>

namespace load {
namespace {

std::int64_t now()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(steady::now().time_since_epoch()).count();
}

}  // namespace

stopwatch::stopwatch(pid_t server)
    : server_{server},
      start_{now()},
      server_cpu_{cpu_time(server)},
      load_cpu_{own_cpu_time()}
{
}

stopwatch::lap stopwatch::look() const
{
    return {static_cast<double>(now() - start_) / 1e9, static_cast<double>(cpu_time(server_) - server_cpu_) / 1e9,
            static_cast<double>(own_cpu_time() - load_cpu_) / 1e9};
}

void stopwatch::add_busy(const lap& time, bool server_known, report& out)
{
    if (server_known) {
        out.add("server_busy", 100 * time.server_cpu / time.seconds, "%");
    }
    out.add("load_busy", 100 * time.load_cpu / time.seconds, "%");
}

bool add_violations(const violations& found, report& out)
{
    out.add("lost", static_cast<double>(found.lost));
    out.add("repeated", static_cast<double>(found.repeated));
    out.add("reordered", static_cast<double>(found.reordered));
    out.add("damaged", static_cast<double>(found.damaged));
    out.add("cut_off", static_cast<double>(found.cut_off));
    return found.total() == 0;
}

void add_latencies(const histogram& times, report& out)
{
    const auto micro = [](std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1000; };
    out.add("median_us", micro(times.quantile(0.5)), "us");
    out.add("p90_us", micro(times.quantile(0.9)), "us");
    out.add("p99_us", micro(times.quantile(0.99)), "us");
    out.add("p99.9_us", micro(times.quantile(0.999)), "us");
    out.add("max_us", micro(times.largest()), "us");
    const auto most = static_cast<double>(times.count());
    for (double slower = 1; slower <= most && slower <= 1e6; slower *= std::pow(10, 0.05)) {
        out.latencies.emplace_back(slower, micro(times.quantile(1 - 1 / slower)));
    }
}

void add_memory(const memory& before, const options& asked, report& out)
{
    if (asked.pid == 0) {
        return;
    }
    const auto after = memory_of(asked.pid);
    const auto each = [&](std::uint64_t from, std::uint64_t to) {
        return (static_cast<double>(to) - static_cast<double>(from)) / static_cast<double>(asked.members);
    };
    out.add("resident_bytes_per_member", each(before.resident, after.resident), "B");
    out.add("anonymous_bytes_per_member", each(before.anonymous, after.anonymous), "B");
    out.add("resident_before", static_cast<double>(before.resident) / 1024, "KiB");
    out.add("resident_after", static_cast<double>(after.resident) / 1024, "KiB");
}

// A closed loop: a speaker says the next message when one has come back to it.
bool run_fanout(const options& asked, report& out)
{
    const auto before = memory_of(asked.pid);
    client_pool room{asked};
    room.join();
    bool going = true;
    bool timed = false;
    std::vector<std::deque<steady::time_point>> said(asked.speakers);  // when what is under way was
    const auto trips = std::make_unique<histogram>();
    const auto say = [&](std::size_t speaker, std::size_t count) {
        said[speaker].insert(said[speaker].end(), count, steady::now());
        room.say(speaker, count);
    };
    room.on_echo = [&](std::size_t speaker, std::size_t count) {
        const auto back = steady::now();
        for (std::size_t i = 0; i < count && !said[speaker].empty(); ++i) {
            if (timed) {
                const std::chrono::nanoseconds trip = back - said[speaker].front();
                trips->add(static_cast<std::uint64_t>(trip.count()));
            }
            said[speaker].pop_front();
        }
        if (going) {
            say(speaker, count);
        }
    };
    for (std::size_t i = 0; i < asked.speakers; ++i) {
        say(i, asked.window * (i + 1) / asked.speakers - asked.window * i / asked.speakers);
    }
    room.run_until(steady::now() + to_steady(asked.warm_up));

    timed = true;
    const stopwatch watch{asked.pid};
    const auto deliveries = room.deliveries();
    const auto echoes = room.echoes();
    room.run_until(steady::now() + to_steady(asked.seconds));
    const auto time = watch.look();
    const auto delivered = static_cast<double>(room.deliveries() - deliveries);

    timed = false;
    going = false;
    room.settle();

    out.add("members", static_cast<double>(asked.members));
    out.add("messages_per_second", static_cast<double>(room.echoes() - echoes) / time.seconds, "/s");
    out.add("deliveries_per_second", delivered / time.seconds, "/s");
    if (asked.pid != 0 && delivered > 0) {
        out.add("cpu_ns_per_delivery", 1e9 * time.server_cpu / delivered, "ns");
    }
    stopwatch::add_busy(time, asked.pid != 0, out);
    add_memory(before, asked, out);
    add_latencies(*trips, out);
    out.add("notices", static_cast<double>(room.notices()));
    const bool clean = add_violations(room.found(), out);
    return clean && delivered > 0;
}

bool run_idle(const options& asked, report& out)
{
    auto one_speaks = asked;
    one_speaks.speakers = 1;
    const auto before = memory_of(asked.pid);
    client_pool room{one_speaks};
    room.join();
    out.add("members", static_cast<double>(asked.members));
    add_memory(before, asked, out);
    room.run_until(steady::now() + to_steady(asked.warm_up));  // what they came in with may still be under way

    const stopwatch watch{asked.pid};
    room.run_until(steady::now() + to_steady(asked.seconds));
    const auto time = watch.look();

    const bool there = room.all_hear_one();
    if (asked.pid != 0) {
        out.add("server_cpu_percent", 100 * time.server_cpu / time.seconds, "%");
    }
    const bool clean = add_violations(room.found(), out);
    out.add("still_there", there ? 1 : 0);
    return clean && there;
}

// The speakers take turns, so that a server's order of serving its members evens out. Only the speaker's own copy is
// waited for; the others' are read afterwards.
bool run_ping(const options& asked, report& out)
{
    client_pool room{asked};
    room.join();
    const auto trips = std::make_unique<histogram>();
    const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(asked.patience);
    const auto start = steady::now() + to_steady(asked.warm_up);
    const auto end = start + to_steady(asked.seconds);
    bool answered = true;
    for (std::size_t i = 0; answered && steady::now() < end; ++i) {
        const auto sent = steady::now();
        const auto echoes = room.echoes();
        room.say(i % asked.speakers, 1);
        while (room.echoes() == echoes && steady::now() - sent < patience) {
            room.turn_of(i % asked.speakers, patience);
        }
        const auto back = steady::now();
        answered = room.echoes() != echoes;
        if (answered && sent >= start) {
            trips->add(static_cast<std::uint64_t>(std::chrono::nanoseconds{back - sent}.count()));
        }
        room.run_until(back + asked.interval);
    }
    room.settle();

    out.add("members", static_cast<double>(asked.members));
    out.add("pings", static_cast<double>(trips->count()));
    add_latencies(*trips, out);
    const bool clean = add_violations(room.found(), out);
    return clean && answered && trips->count() > 0;
}

}  // namespace load
