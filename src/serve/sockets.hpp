// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <unistd.h>

#include <utility>

namespace chatroom {

/// A descriptor that closes itself.
class unique_fd {
  public:
    explicit unique_fd(int fd = -1) noexcept : fd_{fd} {}
    unique_fd(unique_fd&& other) noexcept : fd_{other.release()} {}
    unique_fd& operator=(unique_fd&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~unique_fd()
    {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    [[nodiscard]] int get() const noexcept { return fd_; }
    int release() noexcept { return std::exchange(fd_, -1); }

  private:
    int fd_;
};

/// Throws boost::system::system_error, as the next.
void set_option(int fd, int level, int name, int value);

/// An option of SOL_SOCKET.
int get_option(int fd, int name);

/// The error that waits at the socket (SO_ERROR, socket(7)), which this takes; or that of asking for it. 0 is none.
int take_error(int fd) noexcept;

/// Whether both directions are shut down, or urgent data waits (POLLHUP and POLLPRI, poll(2)).
bool has_hung_up(int fd) noexcept;

}  // namespace chatroom
