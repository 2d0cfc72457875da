// SPDX-License-Identifier: BSL-1.0
#include "session/udp_roster.hpp"

#include <benchmark/benchmark.h>

#include <time.h>

#include <chrono>
#include <random>
#include <vector>

namespace {

using namespace std::chrono_literals;
using chatroom::detail::udp_roster;

constexpr auto expiry = 10s;

udp_roster::endpoint_type address(std::uint32_t who)
{
    return {boost::asio::ip::address_v4{0x7f000000U + who}, 4000};
}

udp_roster::time_point enter(udp_roster& roster, std::uint32_t first, std::uint32_t count, udp_roster::time_point now)
{
    for (std::uint32_t i = 0; i < count; ++i) {
        roster.add(address(first + i), now += 1us);
    }
    return now;
}

// Of this thread, in seconds: what else the machine does is not counted.
double cpu_time()
{
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// A heartbeat of any one among `range` members.
void heartbeat(benchmark::State& state)
{
    const auto living = static_cast<std::uint32_t>(state.range(0));
    udp_roster roster;
    auto now = enter(roster, 0, living, {});
    std::mt19937 random{1};
    std::vector<udp_roster::endpoint_type> order;
    for (std::uint32_t i = 0; i < 1U << 16; ++i) {
        order.push_back(address(static_cast<std::uint32_t>(random() % living)));
    }
    std::size_t next = 0;
    for (auto _ : state) {
        roster.touch(*roster.find(order[next]), now += 1us);
        next = (next + 1) % order.size();
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(heartbeat)->RangeMultiplier(10)->Range(1'000, 1'000'000);

// A thousand have fallen silent; `range` others live. The eldest of a ring go, and come back as the youngest.
void expire_a_thousand(benchmark::State& state)
{
    constexpr std::uint32_t silent = 1000;
    const auto living = static_cast<std::uint32_t>(state.range(0));
    udp_roster roster;
    auto now = enter(roster, 0, living + silent, {});
    std::uint32_t first = 0;
    for (auto _ : state) {
        const auto late = roster.find(address((first + silent - 1) % (living + silent)))->heard + expiry + 1ns;
        const auto begin = cpu_time();
        for (auto* least_recent = roster.least_recent(); least_recent != nullptr && late - least_recent->heard > expiry;
             least_recent = roster.least_recent()) {
            roster.remove(*least_recent);
        }
        state.SetIterationTime(cpu_time() - begin);
        if (roster.size() != living) {
            state.SkipWithError("others than the silent went");
            break;
        }
        for (std::uint32_t i = 0; i < silent; ++i, first = (first + 1) % (living + silent)) {
            roster.add(address(first), now += 1us);
        }
    }
    state.SetItemsProcessed(state.iterations() * silent);
}
BENCHMARK(expire_a_thousand)->RangeMultiplier(10)->Range(1'000, 1'000'000)->UseManualTime();

}  // namespace
