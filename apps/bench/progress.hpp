// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstdint>

namespace load {

/// One line on standard error, if that is a terminal and `wanted`, that is written over once a second.
class progress {
  public:
    explicit progress(bool wanted);
    ~progress();
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    /// Tells how much `total` grows in a second.
    void show(std::uint64_t total, const char* what);

  private:
    bool on_;
    bool shown_ = false;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point last_ = start_;
    std::uint64_t before_ = 0;
};

}  // namespace load
