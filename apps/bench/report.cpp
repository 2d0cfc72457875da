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

std::optional<double> report::find(std::string_view name) const
{
    const auto found =
        std::find_if(figures_.begin(), figures_.end(), [name](const auto& figure) { return figure.name == name; });
    return found == figures_.end() ? std::nullopt : std::optional{found->value};
}

}  // namespace load
