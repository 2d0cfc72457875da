// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "histogram.hpp"
#include "options.hpp"
#include "pair_check.hpp"
#include "process.hpp"
#include "report.hpp"

#include <chrono>
#include <cstdint>

namespace load {

using steady = std::chrono::steady_clock;

inline steady::duration to_steady(std::chrono::duration<double> time)
{
    return std::chrono::duration_cast<steady::duration>(time);
}

/// Each runs one mode, adds what it measured, and returns whether the server did all that it owed. Throws
/// std::exception if nothing can be measured.
bool run_fanout(const options& asked, report& out);
bool run_storm(const options& asked, report& out);
bool run_idle(const options& asked, report& out);
bool run_ping(const options& asked, report& out);
bool run_rate(const options& asked, report& out);
bool run_stalled(const options& asked, report& out);
bool run_udp_fanout(const options& asked, report& out);
bool run_udp_idle(const options& asked, report& out);

/// Adds the percentiles, and the points to draw them by.
void add_latencies(const histogram& times, report& out);

/// Adds what --pid holds in memory now, and what a member takes more than `before` any came.
void add_memory(const memory& before, const options& asked, report& out);

/// Adds each kind, and returns whether there is none.
bool add_violations(const violations& found, report& out);

/// Elapsed time and what the two sides used of it. The load must not be the side that is busy all the time: then the
/// server waits for it, and a rate says nothing about the server.
class stopwatch {
  public:
    explicit stopwatch(pid_t server);

    struct lap {
        double seconds = 0;
        double server_cpu = 0;  // seconds
        double load_cpu = 0;
    };

    /// Since the start.
    [[nodiscard]] lap look() const;

    /// Adds how busy both were, in percent of one core.
    static void add_busy(const lap& time, bool server_known, report& out);

  private:
    pid_t server_;
    std::int64_t start_;  // nanoseconds, steady
    std::uint64_t server_cpu_;
    std::uint64_t load_cpu_;
};

}  // namespace load
