// SPDX-License-Identifier: BSL-1.0
#include "process.hpp"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <sys/resource.h>

namespace load {
namespace {

std::filesystem::path folder(pid_t pid)
{
    return "/proc/" + std::to_string(pid);
}

}  // namespace

// schedstat counts nanoseconds, where stat counts ticks of 10 ms. A thread that ended between two calls is missed;
// servers keep theirs.
std::uint64_t cpu_time(pid_t pid)
{
    if (pid == 0) {
        return 0;
    }
    std::uint64_t total = 0;
    std::error_code error;
    for (const auto& thread : std::filesystem::directory_iterator{folder(pid) / "task", error}) {
        std::uint64_t ran = 0;
        std::ifstream{thread.path() / "schedstat"} >> ran;
        total += ran;
    }
    if (error) {
        throw std::runtime_error("there is no process " + std::to_string(pid));
    }
    return total;
}

std::uint64_t own_cpu_time()
{
    std::timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(time.tv_nsec);
}

// smaps_rollup counts pages; status reads counters that may be some hundred kilobytes behind, 26 bytes for each of
// 10,000.
memory memory_of(pid_t pid)
{
    memory result;
    if (pid == 0) {
        return result;
    }
    std::ifstream file{folder(pid) / "smaps_rollup"};
    std::string word;
    while (file >> word) {
        if (word == "Rss:") {
            file >> result.resident;
        } else if (word == "Anonymous:") {
            file >> result.anonymous;
        }
    }
    if (result.resident == 0) {
        throw std::runtime_error("the memory of process " + std::to_string(pid) + " can't be read");
    }
    result.resident *= 1024;
    result.anonymous *= 1024;
    return result;
}

void raise_file_limit()
{
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace load
