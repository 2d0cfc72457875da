// SPDX-License-Identifier: BSL-1.0
#include "serve/sockets.hpp"

#include <boost/system/system_error.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace chatroom {

void set_option(int fd, int level, int name, int value)
{
    if (::setsockopt(fd, level, name, &value, sizeof value) != 0) {
        throw boost::system::system_error(errno, boost::system::system_category(), "setsockopt");
    }
}

int get_option(int fd, int name)
{
    int value = 0;
    socklen_t size = sizeof value;
    if (::getsockopt(fd, SOL_SOCKET, name, &value, &size) != 0) {
        throw boost::system::system_error(errno, boost::system::system_category(), "getsockopt");
    }
    return value;
}

int take_error(int fd) noexcept
{
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

bool has_hung_up(int fd) noexcept
{
    pollfd one{fd, POLLPRI, 0};
    return ::poll(&one, 1, 0) > 0;
}

}  // namespace chatroom
