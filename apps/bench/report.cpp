// SPDX-License-Identifier: BSL-1.0
#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace load {

void report::print(bool json) const
{
    if (json) {
        std::printf("{\"mode\":\"%s\"", mode_.c_str());
        for (const auto& figure : figures_) {
            std::printf(",\"%s\":%.10g", figure.name.c_str(), figure.value);
        }
        std::printf("}\n");
        return;
    }
    std::printf("%s\n", mode_.c_str());
    for (const auto& figure : figures_) {
        auto name = figure.name;
        std::replace(name.begin(), name.end(), '_', ' ');
        const int decimals = figure.value == std::floor(figure.value) || figure.value >= 1000 ? 0 : 2;
        std::printf("  %-26s %14.*f %s\n", name.c_str(), decimals, figure.value, figure.unit.c_str());
    }
}

}  // namespace load
