// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/io_pool.hpp>

#include <chatroom/serve/shard_strand.hpp>

#include <sched.h>

#include <algorithm>
#include <new>
#include <thread>
#include <utility>
#include <vector>

namespace chatroom {
namespace {

std::size_t usable_cpus() noexcept
{
    cpu_set_t cpus;
    const int count = ::sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
    return static_cast<std::size_t>(std::max(count, 1));
}

}  // namespace

io_pool::io_pool(std::size_t threads, std::function<void(std::exception_ptr)> failed)
    : threads_{threads == 0 ? usable_cpus() : threads},
      failed_{std::move(failed)},
      context_{static_cast<int>(std::min<std::size_t>(threads_, 1024))}
{
}

void io_pool::run()
{
    std::vector<std::jthread> others;
    try {
        for (std::size_t i = 1; i < threads_; ++i) {
            others.emplace_back([this] { run_one_thread(); });
        }
    } catch (...) {  // the system has no more threads: those that run would be waited for without end
        context_.stop();
        throw;
    }
    run_one_thread();
}

void io_pool::run_one_thread() noexcept
{
    for (;;) {
        try {
            context_.run();
            return;
        } catch (const std::bad_alloc&) {
            detail::out_of_memory();
        } catch (...) {
            if (failed_) {
                failed_(std::current_exception());
            }
        }
    }
}

}  // namespace chatroom
