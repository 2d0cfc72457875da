// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

namespace load {

/// What went wrong between speakers and members.
struct violations {
    std::uint64_t lost = 0;
    std::uint64_t repeated = 0;
    std::uint64_t reordered = 0;
    std::uint64_t damaged = 0;  // no text of ours, a speaker or a number that doesn't exist, or the wrong label
    std::uint64_t cut_off = 0;  // members that the server let go

    [[nodiscard]] std::uint64_t total() const { return lost + repeated + reordered + damaged + cut_off; }
};

/// Checks that every member hears every message of every speaker, once and in order. Knows only numbers: each speaker's
/// messages are numbered from 0, and each pair has the number that is due.
class pair_check {
  public:
    pair_check(std::size_t members, std::size_t speakers) : speakers_{speakers}, due_(members * speakers) {}

    void heard(std::size_t member, std::size_t speaker, std::uint32_t number)
    {
        auto& due = due_[member * speakers_ + speaker];
        if (number == due) [[likely]] {
            ++due;
        } else {
            record_anomaly(member * speakers_ + speaker, number);
        }
    }

    /// The number that is due from this speaker to this member: how many came, and were missed.
    [[nodiscard]] std::uint32_t due(std::size_t member, std::size_t speaker) const
    {
        return due_[member * speakers_ + speaker];
    }

    /// The pairs of a member lie side by side; asks for them before they are needed.
    void prefetch(std::size_t member) const
    {
        const auto* const row = reinterpret_cast<const char*>(&due_[member * speakers_]);
        for (std::size_t at = 0; at < speakers_ * sizeof(std::uint32_t); at += 64) {
            __builtin_prefetch(row + at, 1);
        }
    }

    /// Counts what the first `members` miss now that each speaker has said `said[speaker]` messages.
    [[nodiscard]] violations result(const std::vector<std::uint32_t>& said, std::size_t members) const;

  private:
    void record_anomaly(std::size_t pair, std::uint32_t number);

    std::size_t speakers_;
    std::vector<std::uint32_t> due_;
    std::unordered_map<std::size_t, std::set<std::uint32_t>> missing_;  // by pair: jumped over, and not come since
    violations found_;
};

}  // namespace load
