// SPDX-License-Identifier: BSL-1.0
#include "plot.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>

namespace load {
namespace {

// What gnuplot reads as one string, whatever is in it.
std::string quoted(const std::string& text)
{
    std::string result = "'";
    for (const char c : text) {
        result += c;
        if (c == '\'') {
            result += c;
        }
    }
    return result + '\'';
}

struct cost {
    const char* name;
    const char* label;
};

constexpr std::array costs{cost{"cpu_ns_per_delivery", "CPU of a delivery, ns"},
                           cost{"cpu_ns_per_ping", "CPU of a ping, ns"},
                           cost{"resident_bytes_per_member", "memory of a member, bytes"}};

// The first that all the runs have; none of a single run.
const cost* cost_of(const std::vector<report>& runs)
{
    const auto* const found = std::find_if(costs.begin(), costs.end(), [&](const cost& one) {
        return std::all_of(runs.begin(), runs.end(), [&](const report& run) { return run.find(one.name).has_value(); });
    });
    return runs.size() < 2 || found == costs.end() ? nullptr : found;
}

// The axis counts nines: 90 % is one decade, 99 % two.
void draw_latencies(FILE* gnuplot, const std::vector<const report*>& runs)
{
    std::fputs(
        "set logscale xy\nset grid\nset key left top\nset xlabel 'percentile'\nset ylabel 'latency, microseconds'\n"
        "set xtics ('0' 1, '50' 2, '90' 10, '99' 100, '99.9' 1000, '99.99' 10000, '99.999' 100000)\nplot ",
        gnuplot);
    for (const auto* run : runs) {
        std::fprintf(gnuplot, "%s'-' with lines linewidth 2 title '%.0f members'", run == runs.front() ? "" : ", ",
                     run->find("members").value_or(0));
    }
    std::fputs("\n", gnuplot);
    for (const auto* run : runs) {
        for (const auto& [slower, micro] : run->latencies) {
            std::fprintf(gnuplot, "%g %g\n", slower, micro);
        }
        std::fputs("e\n", gnuplot);
    }
}

void draw_cost(FILE* gnuplot, const std::vector<report>& runs, const cost& by)
{
    std::fprintf(gnuplot,
                 "set logscale x\nunset logscale y\nset yrange [0:*]\nset grid\nunset key\nset xtics auto\n"
                 "set xlabel 'members'\nset ylabel '%s'\nplot '-' with linespoints linewidth 2\n",
                 by.label);
    for (const auto& run : runs) {
        std::fprintf(gnuplot, "%g %g\n", run.find("members").value_or(0), run.find(by.name).value_or(0));
    }
    std::fputs("e\n", gnuplot);
}

}  // namespace

bool plot(const std::vector<report>& runs, const std::string& file)
{
    std::vector<const report*> timed;
    for (const auto& run : runs) {
        if (!run.latencies.empty()) {
            timed.push_back(&run);
        }
    }
    const auto* const cost = cost_of(runs);
    if (timed.empty() && cost == nullptr) {
        std::fputs("chatroom-bench: there are no latencies to draw, nor costs of several runs with --pid\n", stderr);
        return false;
    }
    std::signal(SIGPIPE, SIG_IGN);
    FILE* const gnuplot = popen("gnuplot", "w");
    if (gnuplot == nullptr) {
        std::fputs("chatroom-bench: gnuplot can't be started; nothing is drawn\n", stderr);
        return false;
    }
    const int panels = (timed.empty() ? 0 : 1) + (cost == nullptr ? 0 : 1);
    std::fprintf(gnuplot, "set terminal svg size 800,%d\nset output %s\nset multiplot layout %d,1\n", 480 * panels,
                 quoted(file).c_str(), panels);
    if (!timed.empty()) {
        draw_latencies(gnuplot, timed);
    }
    if (cost != nullptr) {
        draw_cost(gnuplot, runs, *cost);
    }
    std::fputs("unset multiplot\n", gnuplot);
    if (pclose(gnuplot) != 0) {
        std::fprintf(stderr, "chatroom-bench: gnuplot is not installed or failed; %s is not drawn\n", file.c_str());
        return false;
    }
    return true;
}

}  // namespace load
