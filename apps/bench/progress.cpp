// SPDX-License-Identifier: BSL-1.0
#include "progress.hpp"

#include <cstdio>

#include <unistd.h>

namespace load {

progress::progress(bool wanted) : on_{wanted && isatty(STDERR_FILENO) == 1} {}

progress::~progress()
{
    if (shown_) {
        std::fputs("\r\33[K", stderr);
    }
}

void progress::show(std::uint64_t total, const char* what)
{
    if (!on_) {
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> since = now - last_;
    if (since.count() < 1) {
        return;
    }
    const auto grown = total >= before_ ? total - before_ : total;
    std::fprintf(stderr, "\r\33[K%4.0f s  %.0f %s/s", std::chrono::duration<double>{now - start_}.count(),
                 static_cast<double>(grown) / since.count(), what);
    std::fflush(stderr);
    shown_ = true;
    last_ = now;
    before_ = total;
}

}  // namespace load
