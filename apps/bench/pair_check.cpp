// SPDX-License-Identifier: BSL-1.0
#include "pair_check.hpp"

namespace load {

void pair_check::record_anomaly(std::size_t pair, std::uint32_t number)
{
    auto& due = due_[pair];
    if (number < due) {
        // Late, if it was missed; otherwise it came before.
        const auto missed = missing_.find(pair);
        const bool late = missed != missing_.end() && missed->second.erase(number) == 1;
        ++(late ? found_.reordered : found_.repeated);
        return;
    }
    // A number far beyond is damage that happens to look like a text; it must not fill the memory.
    constexpr std::uint32_t farthest = 1U << 20U;
    if (number - due > farthest) {
        ++found_.damaged;
        return;
    }
    auto& missed = missing_[pair];
    while (due != number) {
        missed.insert(missed.end(), due++);
    }
    ++due;
}

violations pair_check::result(const std::vector<std::uint32_t>& said, std::size_t members) const
{
    auto result = found_;
    for (const auto& [pair, missed] : missing_) {
        result.lost += pair < members * speakers_ ? missed.size() : 0;
    }
    for (std::size_t pair = 0; pair < members * speakers_; ++pair) {
        const auto expected = said[pair % speakers_];
        if (due_[pair] < expected) {
            result.lost += expected - due_[pair];
        } else {
            result.damaged += due_[pair] - expected;  // heard what nobody said
        }
    }
    return result;
}

}  // namespace load
