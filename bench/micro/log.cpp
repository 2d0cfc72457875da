// SPDX-License-Identifier: BSL-1.0
#include "room/log.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <string>

namespace {

constexpr std::size_t log_bytes = 4 << 20;

void append(benchmark::State& state)
{
    chatroom::detail::message_log log{log_bytes};
    const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
    const auto time = std::chrono::system_clock::now();
    for (auto _ : state) {
        log.append({.sender = "127.0.0.1:40000", .text = text}, time);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(append)->Arg(64)->Arg(1000);

// What a flush does once, and then for each member: `range` messages behind the tail.
void view_and_gather(benchmark::State& state)
{
    chatroom::detail::message_log log{log_bytes};
    const std::string text(64, 'x');
    const auto time = std::chrono::system_clock::now();
    for (int i = 0; i < 10'000; ++i) {
        log.append({.sender = "127.0.0.1:40000", .text = text}, time);
    }
    chatroom::detail::log_view all;
    log.view_since(log.oldest(), all);
    const auto from = all.back(all.tail(), static_cast<std::size_t>(state.range(0)));
    chatroom::detail::log_view view;
    std::array<std::string_view, 16> pieces;
    for (auto _ : state) {
        log.view_since(from, view);
        benchmark::DoNotOptimize(view.gather(from, view.tail(), 256 << 10, pieces));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(view_and_gather)->Arg(1)->Arg(16)->Arg(1000);

}  // namespace
