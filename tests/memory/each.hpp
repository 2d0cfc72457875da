// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <list>

namespace memory {

/// Makes the context's list of timers, which is bookkeeping, as long as it will ever be.
inline void reserve_timers(boost::asio::io_context& io)
{
    std::list<boost::asio::steady_timer> timers;
    for (int i = 0; i < 64; ++i) {
        timers.emplace_back(io, std::chrono::hours{24}).async_wait([](auto) {});
    }
    timers.clear();
    io.poll();
    io.restart();
}

/// Plays each phase again and again, with one allocation after the other of a member's own memory refused: alone, and
/// with some that follow; until it ends before the one that would be refused. `play` returns how many were. More than
/// `least` there are.
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
