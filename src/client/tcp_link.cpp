// SPDX-License-Identifier: BSL-1.0
#include "client/tcp_link.hpp"

#include "serve/sockets.hpp"

#include <chatroom/endpoint.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

namespace chatroom::detail {

namespace asio = boost::asio;

namespace {

// A cable that was pulled is noticed after 40 s, by what was sent or by asking.
void notice_dead_lines(int socket)
{
    set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 20);
    set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 5);
    set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, 4);
    set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 40'000);
}

}  // namespace

tcp_link::tcp_link(const asio::any_io_executor& executor, std::chrono::milliseconds attempt_delay,
                   stream_maker make_stream)
    : attempt_delay_{attempt_delay},
      make_stream_{std::move(make_stream)},
      lookup_{std::make_shared<name_lookup<tcp::resolver>>(executor)},
      race_{std::make_shared<happy_eyeballs>(executor)},
      socket_{executor}
{
}

asio::awaitable<error_code> tcp_link::open(std::string host, std::string port)
{
    if (make_stream_) {
        stream_ = make_stream_(host);
    }
    auto looking = name_lookup<tcp::resolver>::run(lookup_, std::move(host), std::move(port));
    auto ec = co_await std::move(looking);
    if (!ec) {
        auto racing = happy_eyeballs::run(race_, interleave_families(lookup_->found()), attempt_delay_);
        ec = co_await std::move(racing);
    }
    if (!ec && !closed_) {
        use(race_->winner());
        auto beginning = begin_stream();
        ec = co_await std::move(beginning);
    }
    co_return ec;
}

asio::awaitable<error_code> tcp_link::begin_stream()
{
    error_code ec;
    auto done = stream::result{0, 0, stream_ ? stream::wait::writable : stream::wait::none};
    while (!ec && !closed_ && done.needs != stream::wait::none) {
        auto waiting = wait_for(done.needs);
        ec = co_await std::move(waiting);
        if (!ec && !closed_) {
            done = io().send(socket_.native_handle(), {});
            ec = why(done);
        }
    }
    co_return ec;
}

stream::result tcp_link::send(std::string_view bytes) noexcept
{
    return io().send(socket_.native_handle(), {&bytes, 1});
}

error_code tcp_link::why(const stream::result& failed) const noexcept
{
    if (failed.error == 0) {
        return {};
    }
    const auto known = io().failure();
    return known ? known : error_code{failed.error, asio::error::get_system_category()};
}

asio::awaitable<error_code> tcp_link::wait_for(stream::wait readiness)
{
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    auto waiting = socket_.async_wait(
        readiness == stream::wait::writable ? tcp::socket::wait_write : tcp::socket::wait_read, token);
    const auto [ec] = co_await std::move(waiting);
    co_return ec == asio::error::operation_aborted&& socket_.is_open() ? error_code{} : ec;
}

void tcp_link::call_when(stream::wait readiness, std::function<void()> act)
{
    socket_.async_wait(readiness == stream::wait::writable ? tcp::socket::wait_write : tcp::socket::wait_read,
                       [act = std::move(act)](error_code) { act(); });
}

asio::awaitable<void> tcp_link::take_received(std::function<stream::wait()> take)
{
    auto needs = io().has_received() ? stream::wait::none : stream::wait::readable;
    do {
        if (needs != stream::wait::none) {
            auto waiting = wait_for(needs);
            co_await std::move(waiting);
        }
        needs = take();
    } while (needs == stream::wait::writable);
}

void tcp_link::cancel_waits()
{
    error_code ignored;
    socket_.cancel(ignored);
}

std::string tcp_link::local_name() const
{
    return to_label(socket_.local_endpoint());
}

void tcp_link::use(tcp::socket connected)
{
    socket_ = std::move(connected);
    socket_.set_option(tcp::no_delay{true});
    socket_.non_blocking(true);
    notice_dead_lines(socket_.native_handle());
}

void tcp_link::close()
{
    error_code ignored;
    closed_ = true;
    lookup_->close();
    race_->close();
    if (stream_ && socket_.is_open()) {
        stream_->shutdown(socket_.native_handle());
    }
    socket_.close(ignored);
}

}  // namespace chatroom::detail
