// SPDX-License-Identifier: BSL-1.0
#include <chatroom/tcp_client.hpp>

#include "client/client_core.hpp"
#include "client/send_buffer.hpp"
#include "client/tcp_link.hpp"
#include "client/tcp_protocol.hpp"

#include <array>
#include <memory>
#include <string>
#include <utility>

namespace chatroom {

namespace asio = boost::asio;

namespace detail {

// The connection of a tcp_client.
class tcp_core final : public client_core {
  public:
    tcp_core(const asio::any_io_executor& executor, const tcp_client_options& options);

  private:
    asio::awaitable<error_code> open(std::string host, std::string port) override;
    asio::awaitable<error_code> write(std::string text, std::string id) override;
    asio::awaitable<error_code> read() override;
    void shut() override;

    stream::wait take_bytes();

    tcp_link link_;
    tcp_protocol protocol_;
    send_buffer output_;
    deadline gap_;
};

tcp_core::tcp_core(const asio::any_io_executor& executor, const tcp_client_options& options)
    : client_core{executor, {options.connect_timeout, options.echo_timeout, options.leave_timeout}},
      link_{executor, options.attempt_delay, options.make_stream},
      protocol_{options.message_gap},
      gap_{executor}
{
}

asio::awaitable<error_code> tcp_core::open(std::string host, std::string port)
{
    auto opening = link_.open(std::move(host), std::move(port));
    const auto ec = co_await std::move(opening);
    if (!ec && !ended()) {
        received().connected(link_.local_name());
    }
    co_return ec;
}

// Not async_write: the gap cancels the socket's waits, and a wait can be begun again where a write can't.
asio::awaitable<error_code> tcp_core::write(std::string text, std::string /*id*/)
{
    received().sent(text);
    output_.add_line(text);
    error_code ec;
    while (!ec && !output_.unsent().empty()) {
        const auto done = link_.send(output_.unsent());
        output_.consume(done.bytes);
        ec = link_.why(done);
        if (done.needs != stream::wait::none) {
            auto waiting = link_.wait_for(done.needs);
            ec = co_await std::move(waiting);
        }
    }
    co_return ec;
}

asio::awaitable<error_code> tcp_core::read()
{
    if (protocol_.gap_end() != tcp_protocol::never) {
        gap_.set(protocol_.gap_end(), [this, self = shared_from_this()] { link_.cancel_waits(); });
    }
    auto taking = link_.take_received([this] { return take_bytes(); });
    co_await std::move(taking);
    gap_.clear();
    co_return error_code{};
}

// Returns what it could not go on without.
stream::wait tcp_core::take_bytes()
{
    std::array<char, 16 * 1024> buffer;
    if (!link_.is_open()) {
        protocol_.end(received());
        return stream::wait::none;
    }
    const auto got = link_.receive(buffer);
    if (got.needs != stream::wait::none) {
        protocol_.idle(clock::now(), received());
    } else if (got.error == 0 && got.bytes != 0) {
        protocol_.received({buffer.data(), got.bytes}, clock::now(), received());
    } else {
        protocol_.end(received());
        end(link_.why(got));
    }
    return got.needs;
}

void tcp_core::shut()
{
    link_.close();
    gap_.clear();
}

}  // namespace detail

tcp_client::tcp_client(const asio::any_io_executor& executor, const tcp_client_options& options)
    : client_handle{std::make_shared<detail::tcp_core>(executor, options)}
{
}

}  // namespace chatroom
