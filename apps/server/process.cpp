// SPDX-License-Identifier: BSL-1.0
#include "process.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

namespace server {

void prepare_process()
{
    std::signal(SIGPIPE, SIG_IGN);
    // A socket must not get the number of a standard stream that was closed, or it would be sent the log.
    int fd = 0;
    do {
        fd = ::open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    ::close(fd);
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::size_t members_by_descriptors()
{
    constexpr rlim_t spare = 32;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur > spare + 1 ? limit.rlim_cur - spare : 1;
}

}  // namespace server
