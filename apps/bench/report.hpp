// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
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
