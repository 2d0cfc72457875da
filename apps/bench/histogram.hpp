// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace load {

/// Counts values by size, log-linear: 128 steps between a power of two and the next, so that a value is known to 0.8 %,
/// from 1 ns to 9 years, in constant space.
class histogram {
  public:
    void add(std::uint64_t value)
    {
        ++counts_[slot(value)];
        ++count_;
        largest_ = std::max(largest_, value);
    }

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] std::uint64_t largest() const { return largest_; }

    /// The value that `share` (0 to 1) of all are not above; 0 if there is none.
    [[nodiscard]] std::uint64_t quantile(double share) const
    {
        const auto wanted =
            std::max(std::uint64_t{1}, static_cast<std::uint64_t>(share * static_cast<double>(count_) + 0.5));
        std::uint64_t passed = 0;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            passed += counts_[i];
            if (passed >= wanted) {
                return std::min(upper(i), largest_);
            }
        }
        return largest_;
    }

  private:
    static constexpr unsigned bits = 7;
    static constexpr std::size_t steps = std::size_t{1} << bits;

    // Below `steps` a value is its own slot. Above, its highest `bits` + 1 bits say which.
    static std::size_t slot(std::uint64_t value)
    {
        if (value < steps) {
            return static_cast<std::size_t>(value);
        }
        const auto shift = static_cast<unsigned>(std::bit_width(value)) - bits - 1;
        return (shift << bits) + static_cast<std::size_t>(value >> shift);
    }

    // The largest value of a slot.
    static std::uint64_t upper(std::size_t slot)
    {
        if (slot < steps) {
            return slot;
        }
        const auto shift = (slot >> bits) - 1;
        return (((slot & (steps - 1)) + steps + 1) << shift) - 1;
    }

    std::array<std::uint64_t, steps * (64 - bits + 1)> counts_{};
    std::uint64_t count_ = 0;
    std::uint64_t largest_ = 0;
};

}  // namespace load
