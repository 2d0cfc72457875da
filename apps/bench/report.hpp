// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace load {

/// What was measured, in the order in which it is told: a table for people, one line of JSON for programs.
class report {
  public:
    explicit report(std::string mode) : mode_{std::move(mode)} {}

    /// `name` is the key in JSON; in the table its underscores are spaces.
    void add(std::string name, double value, std::string unit = {})
    {
        figures_.push_back({std::move(name), value, std::move(unit)});
    }

    void print(bool json) const;

    /// What was added under that name.
    [[nodiscard]] std::optional<double> find(std::string_view name) const;

    /// Points of the latencies' distribution: one in `first` is slower than `second` microseconds.
    std::vector<std::pair<double, double>> latencies;

  private:
    struct entry {
        std::string name;
        double value;
        std::string unit;
    };

    std::string mode_;
    std::vector<entry> figures_;
};

}  // namespace load
