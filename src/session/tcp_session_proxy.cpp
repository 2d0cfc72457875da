// SPDX-License-Identifier: BSL-1.0
// A session behind a proxy: whose it is, is read before anything else.
#include "session/tcp_session.hpp"

#include "wire/proxy_header.hpp"

#include <chatroom/endpoint.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace chatroom::detail {

task<> tcp_session::read_header_and_run(boost::intrusive_ptr<tcp_session> self)
{
    auto reading = read_header(self);
    co_await std::move(reading);
    const bool asks = self->phase_ == phase::joining && self->shard_->room().policy().admit;
    auto running = asks ? ask_and_run(self) : run(self);
    self.reset();
    co_await std::move(running);
}

// Leaves the session joining, or lets it go.
task<> tcp_session::read_header(boost::intrusive_ptr<tcp_session> self)
{
    constexpr auto token = asio::as_tuple(asio::deferred);
    auto& s = *self;
    s.set_deadline(s.shard_->now() + s.shard_->context().options.header_timeout);
    s.awaits_header_ = true;
    while (s.awaits_header_ && s.phase_ == phase::joining) {
        const auto [ec] = co_await s.socket_.async_wait(tcp_stream::wait_read, token);
        if (ec && ec != asio::error::operation_aborted) {
            s.finish(disconnect_reason::failed);
        }
        if (s.phase_ == phase::joining && !ec) {
            s.read_header_bytes();
        }
    }
    if (s.phase_ == phase::joining) {
        s.shard_->clear_deadline(s, s.deadline_);
    }
}

// Not a byte behind the header is taken from the socket. What there is of it is kept meanwhile among what is held,
// since bytes that are left in the socket would wake it at once.
void tcp_session::read_header_bytes()
{
    const int fd = socket_.native_handle();
    const auto buffer = shard_->home().read_buffer().first(max_proxy_v2);
    const auto got = ::recv(fd, buffer.data(), buffer.size(), MSG_PEEK | MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (got <= 0) {
        return finish(got < 0 ? disconnect_reason::reset : disconnect_reason::end_of_file);
    }
    auto& header = more().held;
    const auto before = header.size();
    header.append(buffer.data(), static_cast<std::size_t>(got));
    const auto found = read_proxy_header(header);
    if (found.what == proxy_header::result::bad) {
        return finish(disconnect_reason::wrong_protocol);
    }
    const bool complete = found.what == proxy_header::result::header;
    const auto take = complete ? found.size - before : static_cast<std::size_t>(got);
    (void)::recv(fd, buffer.data(), take, MSG_DONTWAIT);
    if (!complete) {
        return;
    }
    awaits_header_ = false;
    header.clear();
    if (found.source) {
        label_ = to_label(*found.source);
        address_ = address_table::key_of(found.source->address());
    }
    // One that the proxy does not name is nobody on this machine, wherever the proxy is.
    speak_with(found.source.value_or(asio::ip::tcp::endpoint{}));
}

}  // namespace chatroom::detail
