// SPDX-License-Identifier: BSL-1.0
#include "serve/tcp_listener.hpp"

#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

namespace chatroom {

using tcp = asio::ip::tcp;

namespace {

// Linux copies these from the listening socket to those it accepts: a connection costs no setsockopt.
void set_inherited(int fd, const tcp_server_options& options)
{
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, SOL_SOCKET, SO_OOBINLINE, 1);  // else telnet's data mark (RFC 854) takes a byte of the text away
    // Asked after half of the time, and four times in the other half. These two are seconds, the last is milliseconds.
    const auto part = std::chrono::ceil<std::chrono::seconds>(options.peer_timeout / 8);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(4 * part.count()));
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(part.count()));
    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
    set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(options.peer_timeout.count()));
    if (options.send_buffer != 0) {
        set_option(fd, SOL_SOCKET, SO_SNDBUF, options.send_buffer);
    }
    if (options.receive_buffer != 0) {
        set_option(fd, SOL_SOCKET, SO_RCVBUF, options.receive_buffer);
    }
}

tcp protocol_of_listener(int fd)
{
    const int domain = get_option(fd, SO_DOMAIN);
    if (get_option(fd, SO_PROTOCOL) != IPPROTO_TCP || get_option(fd, SO_ACCEPTCONN) == 0 ||
        (domain != AF_INET && domain != AF_INET6)) {
        throw boost::system::system_error(make_error_code(boost::system::errc::invalid_argument),
                                          "no listening TCP socket");
    }
    return domain == AF_INET ? tcp::v4() : tcp::v6();
}

}  // namespace

void tcp_listener::open(const tcp::endpoint& at, const tcp_server_options& options)
{
    acceptor.open(at.protocol());
    const int fd = acceptor.native_handle();
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, options.reuse_address ? 1 : 0);
    if (at.address().is_v6()) {
        set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, at.address().is_unspecified() ? 0 : 1);
    }
    set_inherited(fd, options);
    acceptor.non_blocking(true);
    acceptor.bind(at);
    acceptor.listen(options.listen_backlog);
}

void tcp_listener::adopt(int descriptor, const tcp_server_options& options)
{
    unique_fd owned{descriptor};
    const auto protocol = protocol_of_listener(descriptor);
    set_inherited(descriptor, options);
    acceptor.assign(protocol, descriptor);
    owned.release();
    acceptor.non_blocking(true);
}

unique_fd tcp_listener::accept(tcp::endpoint& peer) noexcept
{
    auto size = static_cast<socklen_t>(peer.capacity());
    unique_fd fd{::accept4(acceptor.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (fd.get() >= 0) {
        peer.resize(size);
    }
    return fd;
}

void tcp_listener::open_spare() noexcept
{
    spare = unique_fd{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
}

}  // namespace chatroom
