// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "client/happy_eyeballs.hpp"
#include "client/name_lookup.hpp"

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>
#include <chatroom/serve/stream.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace chatroom::detail {

/// The connection of a client over TCP, and the stream that its bytes go through. All on one strand. Its owner stays
/// alive until what it has begun has completed.
class CHATROOM_EXPORT tcp_link {
  public:
    using stream_maker = std::function<std::unique_ptr<stream>(const std::string& host)>;

    /// `attempt_delay` as tcp_client_options has it; an empty `make_stream`: the socket's own bytes.
    tcp_link(const boost::asio::any_io_executor& executor, std::chrono::milliseconds attempt_delay,
             stream_maker make_stream);

    /// Completes when connected and the stream can send, with an error, or early after close().
    boost::asio::awaitable<error_code> open(std::string host, std::string port);

    /// Completes when the call that needed it can be made again, after cancel_waits(), or with an error.
    boost::asio::awaitable<error_code> wait_for(stream::wait readiness);

    /// The same for a function.
    void call_when(stream::wait readiness, std::function<void()> act);

    /// Waits until something can be received, and calls `take`, which returns what it could not go on without; again
    /// once that is so, if it is to send first. Completes after that, or early after cancel_waits() or close().
    boost::asio::awaitable<void> take_received(std::function<stream::wait()> take);

    void cancel_waits();

    stream::result receive(std::span<char> into) noexcept { return io().receive(socket_.native_handle(), into); }
    stream::result send(std::string_view bytes) noexcept;

    /// Why that has failed; no error if it has not.
    [[nodiscard]] error_code why(const stream::result& failed) const noexcept;

    [[nodiscard]] bool is_open() const noexcept { return socket_.is_open(); }

    /// This end's ADDRESS:PORT, once open() has completed without an error.
    [[nodiscard]] std::string local_name() const;

    /// Makes the above complete.
    void close();

  private:
    using tcp = boost::asio::ip::tcp;

    void use(tcp::socket connected);
    boost::asio::awaitable<error_code> begin_stream();
    [[nodiscard]] stream& io() const noexcept { return stream_ ? *stream_ : plain_stream(); }

    std::chrono::milliseconds attempt_delay_;
    stream_maker make_stream_;
    std::shared_ptr<name_lookup<tcp::resolver>> lookup_;
    std::shared_ptr<happy_eyeballs> race_;
    tcp::socket socket_;
    std::unique_ptr<stream> stream_;  // null: plain_stream()
    bool closed_ = false;
};

}  // namespace chatroom::detail
