// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "histogram.hpp"

#include <string>

namespace load {

/// Draws latency over percentile, out to the slowest of a million, into an SVG file. It is gnuplot that draws: if that
/// is not installed, or fails, a sentence on standard error says so.
void plot_latencies(const histogram& times, const std::string& file);

}  // namespace load
