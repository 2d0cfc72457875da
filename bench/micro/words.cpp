// SPDX-License-Identifier: BSL-1.0
#include "wire/line_framer.hpp"

#include <chatroom/wire/text.hpp>

#include <benchmark/benchmark.h>

#include <string>

namespace {

namespace wire = chatroom::wire;

std::string repeated(std::string_view word, std::size_t bytes)
{
    std::string result;
    while (result.size() + word.size() <= bytes) {
        result += word;
    }
    return result;
}

// Lines of 64 bytes in reads of 4,096, and in reads of 100, which cut them.
void frame_lines(benchmark::State& state)
{
    const auto step = static_cast<std::size_t>(state.range(0));
    const auto bytes = repeated(std::string(63, 'x') + '\n', 65'536);
    wire::line_framer framer{4096};
    std::string_view line;
    std::size_t lines = 0;
    for (auto _ : state) {
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            auto piece = std::string_view{bytes}.substr(at, step);
            while (!piece.empty()) {
                lines += framer.next(piece, line) == wire::line_framer::result::line ? 1U : 0U;
            }
        }
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(lines));
}
BENCHMARK(frame_lines)->Arg(4096)->Arg(100);

void look_at(benchmark::State& state, const std::string& text)
{
    for (auto _ : state) {
        benchmark::DoNotOptimize(wire::is_clean(text));
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(look_at, ascii, repeated("hello ", 64));
BENCHMARK_CAPTURE(look_at, umlauts, repeated("gr\u00fc\u00df dich ", 64));
BENCHMARK_CAPTURE(look_at, emoji, repeated("\U0001F600 ", 64));

void clean(benchmark::State& state, const std::string& text)
{
    std::string out;
    for (auto _ : state) {
        out.clear();
        wire::append_clean(out, text);
        benchmark::DoNotOptimize(out.data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(clean, controls, repeated("a\x1b[1m", 64));
BENCHMARK_CAPTURE(clean, broken_utf8, repeated("a\xff\xc3", 64));

}  // namespace
