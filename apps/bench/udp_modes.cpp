// SPDX-License-Identifier: BSL-1.0
// The modes over UDP. A lost datagram is counted and told; a repeated, reordered or damaged one is the server's fault.
#include "modes.hpp"

#include "datagrams.hpp"
#include "process.hpp"
#include "udp_client_pool.hpp"
#include "udp_client_swarm.hpp"

#include <algorithm>
#include <memory>

namespace load {
bool run_udp_fanout(const options& asked, report& out)
{
    const auto port = static_cast<std::uint16_t>(std::stoul(asked.port));
    const auto dropped = drops_at(port);
    const auto before = memory_of(asked.pid);
    const auto trips = std::make_unique<histogram>();
    udp_client_pool room{asked};
    room.join();
    room.start();
    room.run_until(steady::now() + to_steady(asked.warm_up));

    room.measure(trips.get());
    const stopwatch watch{asked.pid};
    const auto deliveries = room.deliveries();
    const auto echoes = room.echoes();
    room.run_until(steady::now() + to_steady(asked.seconds));
    const auto time = watch.look();
    const auto delivered = static_cast<double>(room.deliveries() - deliveries);

    room.measure(nullptr);
    room.stop();
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
    auto found = room.found();
    const auto drops = drops_at(port);
    const auto owed = static_cast<double>(room.deliveries() + found.lost);
    out.add("lost_percent", owed > 0 ? 100 * static_cast<double>(found.lost) / owed : 0, "%");
    out.add("given_up", static_cast<double>(room.given_up()));
    out.add("dropped_before_the_server", static_cast<double>(drops.bound - dropped.bound));
    out.add("dropped_before_the_load", static_cast<double>(drops.connected - dropped.connected));
    add_violations(found, out);
    found.lost = 0;
    return found.total() == 0 && delivered > 0;
}

// Everybody comes in, stays for a while by heartbeat, is called by a word, and falls silent.
bool run_udp_idle(const options& asked, report& out)
{
    const auto port = static_cast<std::uint16_t>(std::stoul(asked.port));
    const auto dropped = drops_at(port).bound;
    const auto before = memory_of(asked.pid);
    udp_client_swarm members{asked};
    members.ping_rounds(1);

    const stopwatch watch{asked.pid};
    const auto pings = members.pings();
    members.ping_rounds(std::max(1U, static_cast<unsigned>(asked.seconds / udp_client_swarm::heartbeat)));
    const auto time = watch.look();
    const auto pinged = static_cast<double>(members.pings() - pings);
    const auto after = memory_of(asked.pid);
    const auto dropped_pings = drops_at(port).bound - dropped;

    const auto called = members.count_members();
    members.ping_rounds(1);
    const auto gone = members.expire_all();

    const auto count = static_cast<double>(asked.members);
    out.add("members", count);
    out.add("pings_per_second", pinged / time.seconds, "/s");
    out.add("pings_dropped", static_cast<double>(dropped_pings));
    if (asked.pid != 0) {
        const auto each = [&](std::uint64_t from, std::uint64_t to) {
            return (static_cast<double>(to) - static_cast<double>(from)) / count;
        };
        out.add("cpu_ns_per_ping", 1e9 * time.server_cpu / pinged, "ns");
        out.add("resident_bytes_per_member", each(before.resident, after.resident), "B");
        out.add("resident_after", static_cast<double>(after.resident) / 1024, "KiB");
    }
    stopwatch::add_busy(time, asked.pid != 0, out);
    out.add("present", static_cast<double>(called.heard));
    out.add("roll_call_seconds", called.seconds, "s");
    out.add("roll_call_dropped_before_the_load", static_cast<double>(called.dropped));
    out.add("repeated", static_cast<double>(called.repeated + gone.repeated));
    out.add("expelled_early", static_cast<double>(gone.early));
    out.add("last_gone_after_its_time", gone.seconds_late, "s");
    return called.repeated + gone.repeated == 0 && called.heard + called.dropped >= asked.members && gone.early == 0 &&
           gone.all;
}

}  // namespace load
