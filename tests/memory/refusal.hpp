// SPDX-License-Identifier: BSL-1.0
#pragma once

/// Refuses memory to the threads that ask for it: operator new and aligned_alloc, of which Asio's operations are made.
namespace refusal {

/// Allocations of this thread count, and may be refused, as long as this lives.
class here {
  public:
    here() noexcept;
    ~here();
    here(const here&) = delete;
    here& operator=(const here&) = delete;
};

/// From the `nth` allocation on (1 is the next), refuses `run` of them; until disarm(). Any thread.
void arm(long nth, long run) noexcept;

/// Returns how many were refused.
long disarm() noexcept;

}  // namespace refusal
