// SPDX-License-Identifier: BSL-1.0
#include <chatroom/udp_client.hpp>

#include "heartbeat_schedule.hpp"
#include "serve/sockets.hpp"

#include <chatroom/endpoint.hpp>
#include <chatroom/wire/datagram.hpp>
#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <deque>
#include <string_view>
#include <utility>

namespace chatroom {

namespace asio = boost::asio;
using udp = asio::ip::udp;

namespace {

using steady = std::chrono::steady_clock;
constexpr std::string_view heartbeat = "#ping#";
constexpr std::string_view closing_notice = "the room is closing";

}  // namespace

// Deadlines are timers whose handlers act on the same strand; no wait is ever raced against a timer.
class udp_client::impl : public std::enable_shared_from_this<udp_client::impl> {
  public:
    impl(const asio::any_io_executor& executor, const udp_client_options& options)
        : options_{options},
          socket_{executor},
          resolver_{executor},
          deadline_{executor},
          schedule_{options.heartbeat_interval, options.missing_time},
          heartbeat_{executor},
          changed_{executor}
    {
    }

    static asio::awaitable<void> connect(std::shared_ptr<impl> self, std::string host, std::string port)
    {
        self->deadline_.expires_after(self->options_.connect_timeout);
        self->deadline_.async_wait([self](error_code ec) {
            if (!ec) {
                self->resolver_.cancel();
            }
        });
        auto resolve = self->resolver_.async_resolve(host, port, token);
        auto [ec, found] = co_await std::move(resolve);
        self->deadline_.cancel();
        if (ec == asio::error::operation_aborted) {
            ec = self->closed_ ? ec : make_error_code(boost::system::errc::timed_out);
        }
        for (const auto& one : found) {
            auto trying = try_address(self, one.endpoint());
            ec = co_await std::move(trying);
            if (!ec || self->closed_) {
                break;
            }
        }
        if (ec) {
            throw boost::system::system_error(ec);
        }
        self->label_ = to_label(self->socket_.local_endpoint());
        self->schedule_.sent(steady::now());
        self->beat_later();
    }

    static asio::awaitable<void> send(std::shared_ptr<impl> self, std::string text)
    {
        std::string_view rest{text};
        while (const auto line = wire::next_line(rest)) {
            ++self->said_;
            self->schedule_.said(steady::now());
            self->beat_later();
            auto sending = send_bytes(self, line->text);
            const auto ec = co_await std::move(sending);
            if (ec) {
                --self->said_;
                throw boost::system::system_error(ec);
            }
        }
    }

    static asio::awaitable<std::optional<received_message>> receive(std::shared_ptr<impl> self)
    {
        while (self->received_.empty()) {
            if (self->closed_) {
                self->end_ = {};
                co_return std::nullopt;
            }
            auto waiting = self->socket_.async_wait(udp::socket::wait_read, token);
            co_await std::move(waiting);
            if (!self->closed_ && self->receive_datagram()) {
                co_return std::nullopt;
            }
        }
        auto found = std::move(self->received_.front());
        self->received_.pop_front();
        if (found.sender == self->label_ && self->said_ > 0) {
            if (--self->said_ == 0) {
                self->schedule_.all_echoed();
            }
            self->changed_.cancel();
        }
        co_return found;
    }

    static asio::awaitable<void> leave(std::shared_ptr<impl> self)
    {
        const auto end = steady::now() + self->options_.echo_timeout;
        while (self->said_ != 0 && !self->closed_ && steady::now() < end) {
            self->changed_.expires_at(end);
            auto waiting = self->changed_.async_wait(token);
            co_await std::move(waiting);
        }
        if (!self->closed_) {
            auto sending = send_bytes(self, "/quit");
            co_await std::move(sending);
        }
        self->close();
    }

    void close()
    {
        closed_ = true;
        error_code ignored;
        socket_.close(ignored);
        resolver_.cancel();
        heartbeat_.cancel();
        changed_.cancel();
    }

    [[nodiscard]] error_code end() const noexcept { return end_; }
    [[nodiscard]] const std::string& local_name() const noexcept { return label_; }

  private:
    static constexpr auto token = asio::as_tuple(asio::use_awaitable);

    static asio::awaitable<error_code> try_address(std::shared_ptr<impl> self, udp::endpoint at)
    {
        error_code ec;
        self->socket_.close(ec);
        self->socket_.open(at.protocol(), ec);
        if (!ec) {
            self->socket_.connect(at, ec);
        }
        if (!ec) {
            self->socket_.non_blocking(true, ec);
        }
        if (!ec) {
            self->socket_.send(asio::buffer(heartbeat), 0, ec);
        }
        if (ec || self->options_.probe_timeout.count() == 0) {
            co_return ec;
        }
        self->changed_.expires_after(self->options_.probe_timeout);
        self->changed_.async_wait([self](error_code cancelled) {
            if (!cancelled && !self->closed_) {
                error_code ignored;
                self->socket_.cancel(ignored);
            }
        });
        auto waiting = self->socket_.async_wait(udp::socket::wait_read, token);
        co_await std::move(waiting);
        self->changed_.cancel();
        if (self->closed_) {
            co_return asio::error::operation_aborted;
        }
        // A datagram that found nobody is answered by ICMP, and the next call on the socket is told: udp(7).
        ec.assign(take_error(self->socket_.native_handle()), boost::system::system_category());
        co_return ec;
    }

    static asio::awaitable<error_code> send_bytes(std::shared_ptr<impl> self, std::string_view bytes)
    {
        error_code ec;
        for (int refused = 0; !self->closed_;) {
            self->socket_.send(asio::buffer(bytes), 0, ec);
            if (ec == asio::error::would_block) {
                auto waiting = self->socket_.async_wait(udp::socket::wait_write, token);
                co_await std::move(waiting);
            } else if (ec != asio::error::connection_refused || ++refused == 2) {
                break;  // a refusal may be an earlier datagram's: only the second is taken for this one's
            }
        }
        co_return ec;
    }

    void beat()
    {
        error_code ignored;
        socket_.send(asio::buffer(heartbeat), 0, ignored);  // if it can't be sent, the next one may
        schedule_.sent(steady::now());
    }

    void beat_later()
    {
        heartbeat_.expires_at(schedule_.next(steady::now()));
        heartbeat_.async_wait([self = shared_from_this()](error_code ec) {
            if (ec || self->closed_) {
                return;
            }
            if (const auto now = steady::now(); now >= self->schedule_.next(now)) {
                self->beat();
            }
            self->beat_later();
        });
    }

    void note(std::string_view sender, std::string_view text)
    {
        if (sender != wire::server_name) {
            schedule_.room_open();
        } else if (text == closing_notice && schedule_.room_closed(steady::now())) {
            beat();
            beat_later();
        }
    }

    // Reads a datagram; true if the socket is in error: end_ says in which.
    bool receive_datagram()
    {
        error_code ec;
        const auto n = socket_.receive(asio::buffer(buffer_), 0, ec);
        if (ec == asio::error::would_block || ec == asio::error::interrupted) {
            return false;
        }
        if (ec) {
            end_ = ec;
            return true;
        }
        std::string_view rest{buffer_.data(), n};
        const std::string sender{wire::take_sender(rest)};
        while (const auto line = wire::next_line(rest)) {
            std::string text;
            wire::append_clean(text, line->text);
            if (!text.empty()) {
                note(sender, text);
                received_.push_back({sender, std::move(text)});
            }
        }
        return false;
    }

    const udp_client_options options_;
    udp::socket socket_;
    udp::resolver resolver_;
    asio::steady_timer deadline_;
    heartbeat_schedule schedule_;
    asio::steady_timer heartbeat_;
    asio::steady_timer changed_;  // an event: something came back; and the end of a probe
    std::array<char, 64 * 1024> buffer_;
    std::deque<received_message> received_;  // the lines of one datagram
    std::string label_;
    std::size_t said_ = 0;  // lines that have yet to come back
    error_code end_;
    bool closed_ = false;
};

udp_client::udp_client(const asio::any_io_executor& executor, const udp_client_options& options)
    : impl_{std::make_shared<impl>(executor, options)}
{
}

udp_client::~udp_client()
{
    if (impl_) {
        impl_->close();
    }
}

udp_client::udp_client(udp_client&&) noexcept = default;

udp_client& udp_client::operator=(udp_client&& other) noexcept
{
    std::swap(impl_, other.impl_);
    return *this;
}

asio::awaitable<void> udp_client::connect(std::string host, std::string port)
{
    return impl::connect(impl_, std::move(host), std::move(port));
}

asio::awaitable<void> udp_client::send(std::string text)
{
    return impl::send(impl_, std::move(text));
}

asio::awaitable<std::optional<received_message>> udp_client::receive()
{
    return impl::receive(impl_);
}

asio::awaitable<void> udp_client::leave()
{
    return impl::leave(impl_);
}

void udp_client::close()
{
    impl_->close();
}

error_code udp_client::close_reason() const noexcept
{
    return impl_->end();
}

const std::string& udp_client::local_name() const noexcept
{
    return impl_->local_name();
}

}  // namespace chatroom
