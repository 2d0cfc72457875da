// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

#include <sys/types.h>

namespace load {

/// CPU time that the process's threads have used, user and kernel, in nanoseconds; 0 for pid 0. Throws
/// std::runtime_error.
std::uint64_t cpu_time(pid_t pid);

/// This process's own.
std::uint64_t own_cpu_time();

struct memory {
    std::uint64_t resident = 0;   // bytes
    std::uint64_t anonymous = 0;  // of these, not of a file: heap and stacks
};

/// What the process holds in memory; nothing for pid 0. Throws std::runtime_error.
memory memory_of(pid_t pid);

/// Raises the limit on open files to what this process may have.
void raise_file_limit();

}  // namespace load
