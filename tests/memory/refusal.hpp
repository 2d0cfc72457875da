// SPDX-License-Identifier: BSL-1.0
#pragma once

/// Refuses memory to the threads that ask for it, by operator new and aligned_alloc.
namespace refusal {

/// A member may be refused its own. Bookkeeping is of a strand or of the reactor: what is refused there ends the
/// process.
enum class memory { own, bookkeeping };

/// Allocations of this thread count, and may be refused, as long as this lives.
class here {
  public:
    here() noexcept;
    ~here();
    here(const here&) = delete;
    here& operator=(const here&) = delete;
};

/// From the `nth` allocation of that kind on (1 is the next), refuses `run` of them; until disarm(). Any thread.
void arm(long nth, long run, memory kind = memory::own) noexcept;

/// Returns how many were refused.
long disarm() noexcept;

}  // namespace refusal
