// SPDX-License-Identifier: BSL-1.0
#include "refusal.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>

namespace {

// Asio asks aligned_alloc for its operations, which are smaller, and for the frames of coroutines: a session's are its
// own.
constexpr std::size_t smallest_frame = 256;

constexpr long never = std::numeric_limits<long>::max() / 2;

thread_local bool counted = false;
std::atomic<long> to_come{never};  // counted allocations before the first that is refused
std::atomic<long> in_a_row{0};
std::atomic<long> refused{0};
std::atomic<refusal::memory> refused_kind{refusal::memory::own};

bool refuse(refusal::memory kind = refusal::memory::own) noexcept
{
    if (!counted || kind != refused_kind) {
        return false;
    }
    const auto left = to_come.fetch_sub(1) - 1;
    if (left >= 0 || left < -in_a_row) {
        return false;
    }
    ++refused;
    return true;
}

}  // namespace

namespace refusal {

here::here() noexcept
{
    counted = true;
}

here::~here()
{
    counted = false;
}

void arm(long nth, long run, memory kind) noexcept
{
    refused = 0;
    refused_kind = kind;
    in_a_row = run;
    to_come = nth - 1;
}

long disarm() noexcept
{
    to_come = never;
    return refused;
}

}  // namespace refusal

#ifdef CHATROOM_WRAP_NEW  // clang's thread sanitizer brings an operator new that can't be replaced
extern "C" void* __real__Znwm(std::size_t bytes);

extern "C" void* __wrap__Znwm(std::size_t bytes)
{
    return refuse() ? throw std::bad_alloc{} : __real__Znwm(bytes);
}
#else
void* operator new(std::size_t bytes)
{
    void* const memory = refuse() ? nullptr : std::malloc(bytes == 0 ? 1 : bytes);
    if (memory == nullptr) {
        throw std::bad_alloc{};
    }
    return memory;
}

void operator delete(void* memory) noexcept
{
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}
#endif

extern "C" void* __real_aligned_alloc(std::size_t alignment, std::size_t bytes);

extern "C" void* __wrap_aligned_alloc(std::size_t alignment, std::size_t bytes)
{
    const auto kind = bytes < smallest_frame ? refusal::memory::bookkeeping : refusal::memory::own;
    return refuse(kind) ? nullptr : __real_aligned_alloc(alignment, bytes);
}
