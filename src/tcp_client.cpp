// SPDX-License-Identifier: BSL-1.0
#include <chatroom/tcp_client.hpp>

#include "happy_eyeballs.hpp"
#include "serve/sockets.hpp"

#include <chatroom/endpoint.hpp>
#include <chatroom/wire/message_reader.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

namespace chatroom {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

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

// A deadline is a timer whose handler acts on the same strand: it closes the socket, or ends the text that is open. No
// read is ever raced against a timer.
class tcp_client::impl : public std::enable_shared_from_this<tcp_client::impl> {
  public:
    impl(const asio::any_io_executor& executor, const tcp_client_options& options)
        : options_{options},
          socket_{executor},
          resolver_{executor},
          race_{std::make_shared<happy_eyeballs>(executor)},
          deadline_{executor},
          gap_{executor},
          changed_{executor, never}
    {
    }

    static asio::awaitable<void> connect(std::shared_ptr<impl> self, std::string host, std::string port)
    {
        self->deadline_.expires_after(self->options_.connect_timeout);
        self->deadline_.async_wait([self](error_code ec) {
            if (!ec) {
                self->late_ = true;
                self->resolver_.cancel();
                self->race_->close();
                self->close();
            }
        });
        auto resolve = self->resolver_.async_resolve(host, port, token);
        auto [ec, found] = co_await std::move(resolve);
        if (!ec) {
            auto racing = happy_eyeballs::run(self->race_, interleave_families(found), self->options_.attempt_delay);
            ec = co_await std::move(racing);
        }
        self->deadline_.cancel();
        if (!ec && self->closed_) {
            ec = asio::error::operation_aborted;
        }
        if (self->late_) {
            ec = make_error_code(boost::system::errc::timed_out);
        }
        if (ec) {
            throw boost::system::system_error(ec);
        }
        self->socket_ = self->race_->winner();
        self->socket_.set_option(tcp::no_delay{true});
        self->socket_.non_blocking(true);
        notice_dead_lines(self->socket_.native_handle());
        self->label_ = to_label(self->socket_.local_endpoint());
    }

    static asio::awaitable<void> send(std::shared_ptr<impl> self, std::string text)
    {
        text.push_back('\n');
        self->said_ += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
        auto sending = send_bytes(self, std::move(text));
        const auto ec = co_await std::move(sending);
        if (ec) {
            throw boost::system::system_error(ec);
        }
    }

    static asio::awaitable<std::optional<received_message>> receive(std::shared_ptr<impl> self)
    {
        received_message found;
        while (!self->reader_.next(found.sender, found.text)) {
            if (self->ended_) {
                co_return std::nullopt;
            }
            if (self->gap_passed_) {
                self->gap_passed_ = false;
                self->reader_.finish();
                continue;
            }
            if (self->reader_.open()) {
                self->watch_gap();
            }
            auto waiting = self->socket_.async_wait(tcp::socket::wait_read, token);
            const auto [ec] = co_await std::move(waiting);
            if (ec == asio::error::operation_aborted && self->socket_.is_open()) {
                continue;  // the gap
            }
            self->gap_.cancel();
            self->read(ec);
        }
        if (found.sender == self->label_ && self->said_ > 0) {
            --self->said_;
            self->changed_.cancel();
        }
        co_return found;
    }

    static asio::awaitable<void> leave(std::shared_ptr<impl> self)
    {
        const auto echo_end = std::chrono::steady_clock::now() + self->options_.echo_timeout;
        while (self->said_ != 0 && !self->ended_ && std::chrono::steady_clock::now() < echo_end) {
            self->changed_.expires_at(echo_end);
            auto waiting = self->changed_.async_wait(token);
            co_await std::move(waiting);
        }
        const auto end = std::chrono::steady_clock::now() + self->options_.leave_timeout;
        self->deadline_.expires_at(end);
        self->deadline_.async_wait([self](error_code ec) {
            if (!ec) {
                self->close();
            }
        });
        auto sending = send_bytes(self, "/quit\n");
        co_await std::move(sending);
        while (!self->ended_ && self->socket_.is_open() && std::chrono::steady_clock::now() < end) {
            self->changed_.expires_at(end);
            auto waiting = self->changed_.async_wait(token);
            co_await std::move(waiting);
        }
        self->deadline_.cancel();
        self->close();
    }

    void close()
    {
        error_code ignored;
        closed_ = true;
        resolver_.cancel();
        race_->close();
        socket_.close(ignored);
        gap_.cancel();
        changed_.cancel();
    }

    [[nodiscard]] error_code end() const noexcept { return end_; }
    [[nodiscard]] const std::string& local_name() const noexcept { return label_; }

  private:
    static constexpr auto token = asio::as_tuple(asio::use_awaitable);

    static constexpr auto never = asio::steady_timer::time_point::max();

    // Not async_write: the quiet gap cancels the socket's waits, and a wait can be begun again where a write can't.
    static asio::awaitable<error_code> send_bytes(std::shared_ptr<impl> self, std::string text)
    {
        std::size_t sent = 0;
        error_code ec;
        while (sent < text.size()) {
            sent += self->socket_.write_some(asio::buffer(text) + sent, ec);
            if (ec == asio::error::would_block) {
                auto waiting = self->socket_.async_wait(tcp::socket::wait_write, token);
                const auto [why] = co_await std::move(waiting);
                ec = why == asio::error::operation_aborted && self->socket_.is_open() ? error_code{} : why;
            }
            if (ec) {
                break;
            }
        }
        co_return ec;
    }

    void watch_gap()
    {
        gap_.expires_after(options_.message_gap);
        gap_.async_wait([self = shared_from_this()](error_code ec) {
            if (!ec && self->socket_.is_open()) {
                self->gap_passed_ = true;
                error_code ignored;
                self->socket_.cancel(ignored);
            }
        });
    }

    void read(error_code ec)
    {
        std::array<char, 16 * 1024> buffer;
        std::size_t n = 0;
        if (!ec) {
            n = socket_.read_some(asio::buffer(buffer), ec);
        }
        if (!ec) {
            gap_passed_ = false;
            return reader_.feed({buffer.data(), n});
        }
        if (ec == asio::error::would_block || ec == asio::error::interrupted) {
            return;
        }
        reader_.finish();
        ended_ = true;
        end_ = ec == asio::error::eof || ec == asio::error::operation_aborted || ec == asio::error::bad_descriptor
                   ? error_code{}
                   : ec;
        changed_.cancel();
    }

    const tcp_client_options options_;
    tcp::socket socket_;
    tcp::resolver resolver_;
    std::shared_ptr<happy_eyeballs> race_;
    asio::steady_timer deadline_;
    asio::steady_timer gap_;
    asio::steady_timer changed_;  // an event for leave(): something came back, or the end
    wire::message_reader reader_;
    std::string label_;
    std::size_t said_ = 0;  // lines that have yet to come back
    error_code end_;
    bool ended_ = false;
    bool late_ = false;
    bool closed_ = false;
    bool gap_passed_ = false;
};

tcp_client::tcp_client(const asio::any_io_executor& executor, const tcp_client_options& options)
    : impl_{std::make_shared<impl>(executor, options)}
{
}

tcp_client::~tcp_client()
{
    if (impl_) {
        impl_->close();
    }
}

tcp_client::tcp_client(tcp_client&&) noexcept = default;

tcp_client& tcp_client::operator=(tcp_client&& other) noexcept
{
    std::swap(impl_, other.impl_);
    return *this;
}

asio::awaitable<void> tcp_client::connect(std::string host, std::string port)
{
    return impl::connect(impl_, std::move(host), std::move(port));
}

asio::awaitable<void> tcp_client::send(std::string text)
{
    return impl::send(impl_, std::move(text));
}

asio::awaitable<std::optional<received_message>> tcp_client::receive()
{
    return impl::receive(impl_);
}

asio::awaitable<void> tcp_client::leave()
{
    return impl::leave(impl_);
}

void tcp_client::close()
{
    impl_->close();
}

error_code tcp_client::close_reason() const noexcept
{
    return impl_->end();
}

const std::string& tcp_client::local_name() const noexcept
{
    return impl_->local_name();
}

}  // namespace chatroom
