// SPDX-License-Identifier: BSL-1.0
#include "sending.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <deque>
#include <mutex>

namespace {

std::atomic<int> refused_with{0};
std::mutex mutex;  // guards the rest
std::deque<sending::answer> to_come;

sending::answer next(unsigned count)
{
    if (const int error = refused_with; error != 0) {
        return {error, 0};
    }
    const std::scoped_lock lock{mutex};
    if (to_come.empty()) {
        return {0, count};
    }
    const auto first = to_come.front();
    to_come.pop_front();
    return first;
}

}  // namespace

namespace sending {

void answer_next(std::initializer_list<answer> answers)
{
    const std::scoped_lock lock{mutex};
    to_come.assign(answers);
}

void refuse_all(int error) noexcept
{
    refused_with = error;
}

std::size_t left()
{
    const std::scoped_lock lock{mutex};
    return to_come.size();
}

}  // namespace sending

extern "C" int __real_sendmmsg(int socket, mmsghdr* messages, unsigned count, int flags);

extern "C" int __wrap_sendmmsg(int socket, mmsghdr* messages, unsigned count, int flags)
{
    const auto now = next(count);
    if (now.error != 0) {
        errno = now.error;
        return -1;
    }
    return __real_sendmmsg(socket, messages, std::min(count, now.most), flags);
}
