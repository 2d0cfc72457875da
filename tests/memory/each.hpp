// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/test/unit_test.hpp>

namespace memory {

/// Plays each phase again and again, with one allocation after the other refused: alone, and with some that follow;
/// until it ends before the one that would be refused. `play` returns how many were. More than `least` there are.
template <typename Phases, typename Play>
void refuse_each(const Phases& phases, long least, Play play)
{
    for (const long run : {1L, 3L, 6L}) {
        long total = 0;
        for (const auto& p : phases) {
            long nth = 1;
            while (play(p, nth, run) != 0) {
                ++nth;
            }
            total += nth - 1;
            BOOST_TEST_MESSAGE(p.name << ": " << nth - 1 << " allocations, " << run << " refused");
        }
        BOOST_TEST(total > least);  // else it tests nothing
    }
}

}  // namespace memory
