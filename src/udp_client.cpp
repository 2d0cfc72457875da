// SPDX-License-Identifier: BSL-1.0
#include <chatroom/udp_client.hpp>

#include "client/client_core.hpp"
#include "client/name_lookup.hpp"
#include "client/udp_protocol.hpp"
#include "serve/sockets.hpp"

#include <chatroom/endpoint.hpp>

#include <boost/asio/ip/udp.hpp>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace chatroom {

namespace asio = boost::asio;

namespace detail {

// The socket and the heartbeats of a udp_client.
class udp_core final : public client_core {
  public:
    udp_core(const asio::any_io_executor& executor, const udp_client_options& options);

  private:
    using udp = asio::ip::udp;

    asio::awaitable<error_code> open(std::string host, std::string port) override;
    asio::awaitable<error_code> write(std::string text, std::string id) override;
    asio::awaitable<error_code> read() override;
    void shut() override;

    asio::awaitable<error_code> probe(udp::endpoint at);
    asio::awaitable<error_code> send_datagram(std::string_view bytes);
    error_code connect_to(const udp::endpoint& at);
    error_code take_datagram();
    void send_heartbeat();
    void schedule_heartbeat();

    std::chrono::milliseconds probe_timeout_;
    std::shared_ptr<name_lookup<udp::resolver>> lookup_;
    udp::socket socket_;
    udp_protocol protocol_;
    deadline timer_;  // the end of a probe, and then the next heartbeat
    std::array<char, 64 * 1024> buffer_;
};

udp_core::udp_core(const asio::any_io_executor& executor, const udp_client_options& options)
    : client_core{executor, {options.connect_timeout, options.echo_timeout, std::chrono::milliseconds{0}}},
      probe_timeout_{options.probe_timeout},
      lookup_{std::make_shared<name_lookup<udp::resolver>>(executor)},
      socket_{executor},
      protocol_{heartbeat_schedule{options.heartbeat_interval, options.missing_time}},
      timer_{executor}
{
}

asio::awaitable<error_code> udp_core::open(std::string host, std::string port)
{
    auto looking = name_lookup<udp::resolver>::run(lookup_, std::move(host), std::move(port));
    auto ec = co_await std::move(looking);
    for (const auto& found : lookup_->found()) {  // none after an error
        auto probing = probe(found.endpoint());
        ec = co_await std::move(probing);
        if (!ec || ended()) {
            break;
        }
    }
    if (!ec && !ended()) {
        received().connected(to_label(socket_.local_endpoint()));
        protocol_.heartbeat_sent(clock::now());
        schedule_heartbeat();
    }
    co_return ec;
}

// Sends a heartbeat, and gives a machine where nobody is there time to refuse it.
asio::awaitable<error_code> udp_core::probe(udp::endpoint at)
{
    auto ec = connect_to(at);
    if (ec || probe_timeout_.count() == 0) {
        co_return ec;
    }
    timer_.set(clock::now() + probe_timeout_, [this, self = shared_from_this()] {
        error_code ignored;
        socket_.cancel(ignored);
    });
    auto waiting = socket_.async_wait(udp::socket::wait_read, token);
    co_await std::move(waiting);
    timer_.clear();
    if (!ended()) {
        // A datagram that found nobody is answered by ICMP, and the next call on the socket is told: udp(7).
        ec.assign(take_error(socket_.native_handle()), boost::system::system_category());
    }
    co_return ec;
}

error_code udp_core::connect_to(const udp::endpoint& at)
try {
    socket_ = udp::socket{executor(), at.protocol()};
    socket_.connect(at);
    socket_.non_blocking(true);
    socket_.send(asio::buffer(udp_protocol::heartbeat));
    return {};
} catch (const boost::system::system_error& e) {
    return e.code();
}

asio::awaitable<error_code> udp_core::write(std::string text, std::string /*id*/)
{
    error_code ec;
    std::string_view rest{text};
    while (const auto line = wire::next_command(rest, false)) {
        protocol_.sending(clock::now());
        schedule_heartbeat();
        auto sending = send_datagram(line->text);
        ec = co_await std::move(sending);
        if (ec || ended()) {
            break;
        }
        received().sent(line->text);
    }
    co_return ec;
}

asio::awaitable<error_code> udp_core::send_datagram(std::string_view bytes)
{
    error_code ec;
    for (int refused = 0; !ended();) {
        socket_.send(asio::buffer(bytes), 0, ec);
        if (ec == asio::error::would_block) {
            auto waiting = socket_.async_wait(udp::socket::wait_write, token);
            co_await std::move(waiting);
        } else if (ec != asio::error::connection_refused || ++refused == 2) {
            break;  // a refusal may be an earlier datagram's: only the second is taken for this one's
        }
    }
    co_return ec;
}

asio::awaitable<error_code> udp_core::read()
{
    auto waiting = socket_.async_wait(udp::socket::wait_read, token);
    co_await std::move(waiting);
    co_return take_datagram();
}

error_code udp_core::take_datagram()
{
    error_code ec;
    const auto n = socket_.receive(asio::buffer(buffer_), 0, ec);
    if (ec == asio::error::would_block || ec == asio::error::interrupted) {
        return {};
    }
    if (!ec && protocol_.received({buffer_.data(), n}, clock::now(), received())) {
        send_heartbeat();
    }
    return ec;
}

void udp_core::send_heartbeat()
{
    error_code ignored;
    socket_.send(asio::buffer(udp_protocol::heartbeat), 0, ignored);  // if it can't be sent, the next one may
    protocol_.heartbeat_sent(clock::now());
    schedule_heartbeat();
}

void udp_core::schedule_heartbeat()
{
    timer_.set(protocol_.next_heartbeat(clock::now()), [this, self = shared_from_this()] {
        if (const auto now = clock::now(); now >= protocol_.next_heartbeat(now)) {
            send_heartbeat();
        } else {
            schedule_heartbeat();
        }
    });
}

void udp_core::shut()
{
    error_code ignored;
    lookup_->close();
    socket_.close(ignored);
    timer_.clear();
}

}  // namespace detail

udp_client::udp_client(const asio::any_io_executor& executor, const udp_client_options& options)
    : client_handle{std::make_shared<detail::udp_core>(executor, options)}
{
}

}  // namespace chatroom
