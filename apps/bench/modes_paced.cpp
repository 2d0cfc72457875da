// SPDX-License-Identifier: BSL-1.0
// The modes with a fixed rate. A message is due at its time, whether or not the server keeps up: what waits in this
// program, in the server or between them counts as latency alike.
#include "modes.hpp"

#include "client_pool.hpp"
#include "process.hpp"

#include <algorithm>
#include <memory>

namespace load {
namespace {

struct paced {
    std::uint64_t said = 0;
    steady::duration latest{};  // how much after its time this program sent a message, at worst
};

// Says what is due until that time.
paced speak_until(client_pool& room, const client_pool::pace& by, steady::time_point end, std::uint64_t& said)
{
    paced result;
    for (auto now = steady::now(); now < end; now = steady::now()) {
        const auto due = static_cast<std::uint64_t>((now - by.start) / by.step) + 1;
        for (; said < due; ++said) {
            result.latest = std::max(result.latest, now - (by.start + static_cast<std::int64_t>(said) * by.step));
            room.say(said % room.speakers(), 1);
            ++result.said;
        }
        room.poll_once(std::min(end, by.start + static_cast<std::int64_t>(said) * by.step) - steady::now());
    }
    return result;
}

bool run(const options& asked, std::size_t stalled, report& out)
{
    const auto before = memory_of(asked.pid);
    client_pool room{asked};
    room.join();
    room.stall(stalled);
    const auto times = std::make_unique<histogram>();
    const auto start = steady::now();
    const auto from = start + to_steady(asked.warm_up);
    const std::chrono::nanoseconds step{static_cast<std::int64_t>(1e9 / asked.rate)};
    const client_pool::pace by{start, step, from, times.get()};
    room.measure(by);
    std::uint64_t said = 0;
    const auto quiet = memory_of(asked.pid);
    (void)speak_until(room, by, from, said);

    const stopwatch watch{asked.pid};
    const auto deliveries = room.deliveries();
    const auto spoken = speak_until(room, by, from + to_steady(asked.seconds), said);
    const auto time = watch.look();
    const auto delivered = static_cast<double>(room.deliveries() - deliveries);
    const auto after = memory_of(asked.pid);
    room.settle();

    out.add("members", static_cast<double>(asked.members));
    out.add("messages_per_second", static_cast<double>(spoken.said) / time.seconds, "/s");
    out.add("deliveries_per_second", delivered / time.seconds, "/s");
    if (asked.pid != 0 && delivered > 0) {
        out.add("cpu_ns_per_delivery", 1e9 * time.server_cpu / delivered, "ns");
        out.add("resident_growth", (static_cast<double>(after.resident) - static_cast<double>(quiet.resident)) / 1024,
                "KiB");
    }
    stopwatch::add_busy(time, asked.pid != 0, out);
    add_memory(before, asked, out);
    add_latencies(*times, out);
    out.add("sent_late_by_at_most", std::chrono::duration<double, std::micro>{spoken.latest}.count(), "us");
    out.add("notices", static_cast<double>(room.notices()));
    const auto found = room.found();  // before the stalled ones read what they can
    if (stalled > 0) {
        out.add("stalled", static_cast<double>(stalled));
        out.add("stalled_cut_off", static_cast<double>(room.wake_stalled()));
    }
    const bool clean = add_violations(found, out);
    return clean && delivered > 0;
}

}  // namespace

bool run_rate(const options& asked, report& out)
{
    return run(asked, 0, out);
}

// What becomes of the stalled ones is the server's choice; the others must not notice.
bool run_stalled(const options& asked, report& out)
{
    return run(asked, asked.stalled, out);
}

}  // namespace load
