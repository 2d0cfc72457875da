// SPDX-License-Identifier: BSL-1.0
#include "service.hpp"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace server {

passed_sockets take_passed_sockets()
{
    const char* meant_for = std::getenv("LISTEN_PID");  // NOLINT(concurrency-mt-unsafe): nobody sets it
    if (meant_for != nullptr && meant_for == std::to_string(::getpid())) {
        throw std::runtime_error("sockets were passed, which this build can't take: build it with libsystemd-dev");
    }
    return {};
}

void notify_ready() noexcept {}
void notify_stopping() noexcept {}

std::chrono::microseconds watchdog_time() noexcept
{
    return std::chrono::microseconds{0};
}

void notify_watchdog() noexcept {}

}  // namespace server
