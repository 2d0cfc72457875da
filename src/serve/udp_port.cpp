// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/udp_server.hpp>

#include "serve/sockets.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/system/system_error.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

#include <utility>

namespace chatroom {

using udp = asio::ip::udp;

namespace {

using namespace std::chrono_literals;

constexpr int batches_per_wake = 16;
constexpr auto receive_retry_delay = 10ms;
constexpr auto after_failure = 100ms;
constexpr int batches_waiting = 1024;  // more than a receive buffer holds: a flood must not keep the strand for ever
constexpr int wanted_receive_buffer = 8 * 1024 * 1024;

bool no_memory(error_code ec) noexcept
{
    return ec == asio::error::no_buffer_space || ec == asio::error::no_memory;
}

// More than net.core.rmem_max allows if this process may (CAP_NET_ADMIN), and else as much as that: socket(7).
void ask_for_buffer(int socket, int forced, int plain, int bytes) noexcept
{
    if (::setsockopt(socket, SOL_SOCKET, forced, &bytes, sizeof bytes) != 0) {
        (void)::setsockopt(socket, SOL_SOCKET, plain, &bytes, sizeof bytes);
    }
}

// Then the trouble of a peer that is gone is none of ours: a socket that asks for ICMP errors gets them in the place of
// what it sends to others. One that never asked may not know the option.
void ask_for_no_icmp(int socket) noexcept
{
    const int off = 0;
    (void)::setsockopt(socket, IPPROTO_IP, IP_RECVERR, &off, sizeof off);
    (void)::setsockopt(socket, IPPROTO_IPV6, IPV6_RECVERR, &off, sizeof off);
}

void prepare(udp_socket& socket, const udp::endpoint& at, const udp_server_options& options)
{
    const int fd = socket.native_handle();
    want_datagram_info(fd, at);
    ask_for_no_icmp(fd);
    ask_for_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF,
                   options.receive_buffer != 0 ? options.receive_buffer : wanted_receive_buffer);
    if (options.send_buffer != 0) {
        ask_for_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, options.send_buffer);
    }
    socket.non_blocking(true);
}

}  // namespace

udp_port::udp_port(std::shared_ptr<shard_list> shards, std::size_t shard_index, const udp_server_options& options,
                   const udp_server_hooks& hooks)
    : shards_{std::move(shards)},
      options_{options},
      hooks_{hooks},
      socket_{(*shards_)[shard_index]->get_executor()},
      pause_{socket_.get_executor()},
      received_{options.max_datagram}
{
}

void udp_port::open(const udp::endpoint& at, bool beside_others)
{
    socket_.open(at.protocol());
    const int fd = socket_.native_handle();
    if (at.address().is_v6()) {
        socket_.set_option(asio::ip::v6_only{!at.address().is_unspecified()});
    }
    if (beside_others) {
        set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    }
    prepare(socket_, at, options_);
    socket_.bind(at);
    if (!beside_others) {
        // Only now: a first socket that shared its address would let a second server in beside it.
        set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    }
}

void udp_port::adopt(int descriptor)
{
    unique_fd owned{descriptor};
    const int domain = get_option(descriptor, SO_DOMAIN);
    if (get_option(descriptor, SO_PROTOCOL) != IPPROTO_UDP || (domain != AF_INET && domain != AF_INET6)) {
        throw boost::system::system_error(make_error_code(boost::system::errc::invalid_argument), "no UDP socket");
    }
    socket_.assign(domain == AF_INET ? udp::v4() : udp::v6(), descriptor);
    owned.release();
    prepare(socket_, socket_.local_endpoint(), options_);
}

task<> udp_port::run(std::shared_ptr<udp_port> self)
{
    constexpr auto token = asio::as_tuple(asio::deferred);
    while (self->socket_.is_open()) {
        const auto readiness = self->answers_.done() ? udp_socket::wait_read : udp_socket::wait_write;
        co_await self->socket_.async_wait(readiness, token);
        const auto pause = self->serve();
        if (pause > 0ms && self->socket_.is_open()) {
            self->pause_.expires_after(pause);
            co_await self->pause_.async_wait(token);
        }
    }
}

// Answers what was received, and receives more; returns how long to wait before the next turn.
std::chrono::milliseconds udp_port::serve() noexcept
try {
    for (int i = 0; i < batches_per_wake && socket_.is_open(); ++i) {
        if (const auto why = answer()) {
            return no_memory(why) ? receive_retry_delay : 0ms;
        }
        if (i > 0 && !received_.full()) {
            break;
        }
        error_code ec;
        if (!receive(ec)) {
            if (ec != asio::error::would_block && ec != asio::error::interrupted) {
                report("receive", to_exception(ec));
            }
            return no_memory(ec) ? receive_retry_delay : 0ms;
        }
    }
    return 0ms;
} catch (...) {
    answers_.clear();
    report("datagrams", std::current_exception());
    return after_failure;
}

// Sends what the handler has answered; the error if that is not all.
error_code udp_port::answer()
{
    if (const auto why = answers_.send(socket_.native_handle()); !answers_.done()) {
        return why;
    }
    if (answers_.skipped() != 0 && hooks_.send_failed) {
        hooks_.send_failed(answers_.skipped(), answers_.skipped_why());
    }
    answers_.clear();
    return {};
}

void udp_port::report(std::string_view where, const std::exception_ptr& what) const noexcept
try {
    if (hooks_.error) {
        hooks_.error(where, what);
    }
} catch (...) {  // a hook that has no memory to tell says nothing
}

void udp_port::report_overflow() noexcept
{
    if (const auto now = received_.receive_overflow(); now != receive_overflow_) {
        const std::uint32_t more = now - std::exchange(receive_overflow_, now);
        if (hooks_.receive_overflow) {
            hooks_.receive_overflow(more);
        }
    }
}

// One batch, if any waits. What comes out of an unconnected socket besides is the trouble of one peer (its ICMP), and
// the next datagram is behind it.
bool udp_port::receive(error_code& ec)
{
    if (received_.receive(socket_.native_handle(), ec) == 0) {
        return false;
    }
    report_overflow();
    handler_(received_, answers_);
    return true;
}

void udp_port::receive_waiting()
{
    error_code ec;
    for (int i = 0; i < batches_waiting && socket_.is_open() && receive(ec) && received_.full(); ++i) {
    }
}

void udp_port::close() noexcept
{
    error_code ignored;
    socket_.close(ignored);
    try {
        pause_.cancel();
    } catch (...) {  // then it ends by itself, within 100 ms
    }
}

}  // namespace chatroom
