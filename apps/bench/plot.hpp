// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "report.hpp"

#include <string>
#include <vector>

namespace load {

/// Draws, with gnuplot, latency over percentile for each run that has latencies, and the cost over members if there are
/// several runs and --pid said whose. Says so on standard error and returns false if nothing is drawn.
bool plot(const std::vector<report>& runs, const std::string& file);

}  // namespace load
