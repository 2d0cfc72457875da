// SPDX-License-Identifier: BSL-1.0
#include <chatroom/websocket_client.hpp>

#include "client_protocol.hpp"

#include "client/client_core.hpp"
#include "client/tcp_link.hpp"

#include <chatroom/wire/command.hpp>

#include <sodium.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace chatroom {

namespace asio = boost::asio;

namespace detail {
namespace {

constexpr std::size_t most_waiting = 256;  // lines

std::array<unsigned char, 4> random_mask()
{
    std::array<unsigned char, 4> mask;
    randombytes_buf(mask.data(), mask.size());
    return mask;
}

std::string random_key()
{
    std::array<unsigned char, 16> bytes;
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char, sodium_base64_ENCODED_LEN(16, sodium_base64_VARIANT_ORIGINAL)> text;
    return sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
}

}  // namespace

// The connection of a websocket_client.
class websocket_core final : public client_core {
  public:
    websocket_core(const asio::any_io_executor& executor, const websocket_client_options& options);

  private:
    asio::awaitable<error_code> open(std::string host, std::string port) override;
    asio::awaitable<error_code> write(std::string text, std::string id) override;
    asio::awaitable<error_code> read() override;
    [[nodiscard]] bool all_echoed() const noexcept override { return protocol_.waiting() == 0; }
    void shut() override;

    stream::wait take_bytes();
    void flush();
    void advance();

    tcp_link link_;
    client_protocol protocol_;
    std::string path_;
    deadline timer_;
    event answered_;
    std::string unsent_;
    error_code broken_;      // of sending
    bool flushing_ = false;  // waits until it can send
};

websocket_core::websocket_core(const asio::any_io_executor& executor, const websocket_client_options& options)
    : client_core{executor, {options.connect_timeout, options.echo_timeout, options.leave_timeout}},
      link_{executor, options.attempt_delay, options.make_stream},
      protocol_{options, random_mask},
      path_{options.path},
      timer_{executor},
      answered_{executor}
{
    if (sodium_init() < 0) {
        throw std::runtime_error{"libsodium can't be initialised"};
    }
}

asio::awaitable<error_code> websocket_core::open(std::string host, std::string port)
{
    auto opening = link_.open(host, port);
    auto ec = co_await std::move(opening);
    if (ec || ended()) {
        co_return ec;
    }
    received().connected(link_.local_name());
    const upgrade_request request{std::move(host), std::move(port), path_, random_key()};
    protocol_.begin(request);
    advance();
    while (!protocol_.settled() && !ended()) {
        auto reading = read();
        co_await std::move(reading);
    }
    if (!protocol_.settled()) {
        ec = protocol_.ended().value_or(broken_ ? broken_ : make_error_code(websocket_error::cut_off));
    }
    co_return ec;
}

asio::awaitable<error_code> websocket_core::write(std::string text, std::string id)
{
    protocol_.send(text, id, clock::now(), received());
    advance();
    if (!received().empty()) {
        link_.cancel_waits();  // read() is to look: an answer without the server
    }
    while (protocol_.waiting() > most_waiting && !ended() && !broken_) {
        answered_.reset();
        auto waiting = answered_.wait();
        co_await std::move(waiting);
    }
    co_return broken_;
}

asio::awaitable<error_code> websocket_core::read()
{
    auto taking = link_.take_received([this] { return take_bytes(); });
    co_await std::move(taking);
    advance();
    answered_.set();
    co_return error_code{};
}

// Returns what it could not go on without.
stream::wait websocket_core::take_bytes()
{
    std::array<char, 16 * 1024> buffer;
    if (ended() || !link_.is_open()) {
        return stream::wait::none;
    }
    const auto got = link_.receive(buffer);
    if (got.needs == stream::wait::none) {
        if (got.error == 0 && got.bytes != 0) {
            protocol_.received({buffer.data(), got.bytes}, clock::now(), received());
        } else {
            protocol_.finish(received());
            broken_ = link_.why(got);
            end(broken_);
        }
    }
    return got.needs;
}

// What follows from what was received or is to be sent.
void websocket_core::advance()
{
    flush();
    if (const auto& why = protocol_.ended()) {
        end(*why);
    }
    if (ended()) {
        return timer_.clear();
    }
    timer_.set(protocol_.deadline(), [this, self = shared_from_this()] {
        protocol_.on_deadline(clock::now(), received());
        advance();
        link_.cancel_waits();  // read() is to look
    });
}

void websocket_core::flush()
{
    unsent_ += std::exchange(protocol_.output(), {});
    while (!flushing_ && !unsent_.empty() && !broken_ && link_.is_open()) {
        const auto done = link_.send(unsent_);
        unsent_.erase(0, done.bytes);
        broken_ = link_.why(done);
        if (done.needs != stream::wait::none) {
            flushing_ = true;
            link_.call_when(done.needs, [this, self = shared_from_this()] {
                flushing_ = false;
                flush();
            });
        }
    }
}

void websocket_core::shut()
{
    protocol_.finish(received());
    link_.close();
    timer_.clear();
    answered_.set();
}

}  // namespace detail

websocket_client::websocket_client(const asio::any_io_executor& executor, const websocket_client_options& options)
    : client_handle{std::make_shared<detail::websocket_core>(executor, options)}
{
}

}  // namespace chatroom
