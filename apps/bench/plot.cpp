// SPDX-License-Identifier: BSL-1.0
#include "plot.hpp"

#include <cmath>
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

}  // namespace

// The axis counts nines: 90 % is one decade, 99 % two.
void plot_latencies(const histogram& times, const std::string& file)
{
    std::signal(SIGPIPE, SIG_IGN);
    FILE* const gnuplot = popen("gnuplot", "w");
    if (gnuplot == nullptr) {
        std::fputs("chatroom-bench: gnuplot can't be started; nothing is drawn\n", stderr);
        return;
    }
    std::fprintf(gnuplot,
                 "set terminal svg size 800,480\nset output %s\nset logscale xy\nset grid\nunset key\n"
                 "set xlabel 'percentile'\nset ylabel 'latency, microseconds'\n"
                 "set xtics ('0' 1, '50' 2, '90' 10, '99' 100, '99.9' 1000, '99.99' 10000, '99.999' 100000)\n"
                 "plot '-' with lines linewidth 2\n",
                 quoted(file).c_str());
    const auto most = static_cast<double>(times.count());
    for (double slower = 1; slower <= most && slower <= 1e6; slower *= std::pow(10, 0.05)) {
        std::fprintf(gnuplot, "%g %g\n", slower, static_cast<double>(times.quantile(1 - 1 / slower)) / 1000);
    }
    std::fputs("e\n", gnuplot);
    if (pclose(gnuplot) != 0) {
        std::fprintf(stderr, "chatroom-bench: gnuplot is not installed or failed; %s is not drawn\n", file.c_str());
    }
}

}  // namespace load
