// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>

#include <boost/asio/compose.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace chatroom {

/// An address of this machine that a datagram came to, and that an answer is to come from: a socket bound to a wildcard
/// address has many. The default leaves the choice to the kernel.
class CHATROOM_EXPORT local_address {
  public:
    local_address() = default;
    /// An IPv4 address, or an IPv6 one: its scope is not kept.
    explicit local_address(const boost::asio::ip::address& address) noexcept;

    /// Whether it names an address, so that the kernel has no choice.
    [[nodiscard]] bool is_set() const noexcept { return *this != local_address{}; }
    /// The address, of IPv4 where it is v4-mapped; `::` if none is set.
    [[nodiscard]] boost::asio::ip::address address() const;

    /// Whether both name the same address, or neither names one.
    friend bool operator==(const local_address&, const local_address&) noexcept = default;

  private:
    std::array<unsigned char, 16> bytes_{};  // of an IPv6 address, or of an IPv4 one in its v4-mapped form
};

/// A datagram where it lies in a batch.
struct datagram {
    std::string_view bytes;                        ///< May be empty: an empty datagram is one too.
    const boost::asio::ip::udp::endpoint& sender;  ///< Lies in the batch, as `bytes` do.
    local_address local;  ///< Where it came to; set if want_datagram_info() was called on the socket.
    bool truncated;       ///< It was longer than the batch allows, and `bytes` is its beginning.
};

/// Datagrams received together, in the order of their arrival: recvmmsg(2), or recvmsg(2) one by one where there is
/// none. One batch may be used again and again. Not thread-safe.
class CHATROOM_EXPORT receive_batch {
  public:
    /// `longest`: bytes of the longest datagram that is taken whole. `most`: datagrams at once.
    explicit receive_batch(std::size_t longest = 65'507, std::size_t most = 64);
    ~receive_batch();
    receive_batch(const receive_batch&) = delete;
    receive_batch& operator=(const receive_batch&) = delete;

    /// Fills the batch with what waits in the socket, and never waits itself; returns how many there are. Errors:
    /// would_block if nothing waits, and the socket's own (an ICMP error of a connected socket, for one); then the
    /// batch is empty.
    std::size_t receive(int socket, error_code& ec) noexcept;

    /// Datagrams in the batch.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Whether more may wait in the socket: the batch took as many as it holds.
    [[nodiscard]] bool full() const noexcept;

    /// A datagram, valid until the next receive(); `index` is less than size().
    [[nodiscard]] datagram operator[](std::size_t index) const noexcept;

    /// Datagrams that the kernel had dropped of this socket, for want of buffer, when the last of the batch came:
    /// SO_RXQ_OVFL, socket(7). Counted if want_datagram_info() was called on the socket; wraps around at 2^32.
    [[nodiscard]] std::uint32_t receive_overflow() const noexcept { return receive_overflow_; }

  private:
    struct store;
    std::unique_ptr<store> store_;
    std::size_t size_ = 0;
    std::uint32_t receive_overflow_ = 0;
};

/// Datagrams to be sent together: sendmmsg(2), or sendmsg(2) one by one where there is none. The bytes are not copied,
/// and stay where they are until they are sent. Not thread-safe.
class CHATROOM_EXPORT send_batch {
  public:
    /// Datagrams at once: the kernel takes no more in a call (UIO_MAXIOV).
    static constexpr std::size_t capacity = 1024;

    send_batch();
    ~send_batch();
    send_batch(const send_batch&) = delete;
    send_batch& operator=(const send_batch&) = delete;

    /// Whether nothing more can be added before clear().
    [[nodiscard]] bool full() const noexcept { return size_ == capacity; }

    /// Whether all that was added has been sent, or skipped.
    [[nodiscard]] bool done() const noexcept { return sent_ == size_; }

    /// Adds a datagram of `first` and then `second`, to `to`, from `from` if that is set. Not when full().
    void add(const boost::asio::ip::udp::endpoint& to, const local_address& from, std::string_view first,
             std::string_view second = {}) noexcept;

    /// Sends what the socket takes now, and never waits. A datagram that can't be sent (its address is not to be
    /// reached, say) is skipped and counted, and the rest go on. Errors: would_block if the socket takes no more for
    /// now; no_buffer_space or not_enough_memory if the system has none: try again in 10 ms or so.
    error_code send(int socket) noexcept;

    /// Datagrams skipped since the last clear().
    [[nodiscard]] std::size_t skipped() const noexcept { return skipped_; }

    /// Why the last of them was skipped.
    [[nodiscard]] error_code skipped_why() const noexcept { return skipped_why_; }

    /// Datagrams sent since the last clear(), without those skipped.
    [[nodiscard]] std::size_t sent() const noexcept { return sent_ - skipped_; }

    /// Bytes of these.
    [[nodiscard]] std::size_t sent_bytes() const noexcept { return sent_bytes_; }

    /// Empties the batch, whether sent or not, for another use.
    void clear() noexcept;

  private:
    struct store;
    std::unique_ptr<store> store_;
    std::size_t size_ = 0;
    std::size_t sent_ = 0;
    std::size_t sent_bytes_ = 0;
    std::size_t skipped_ = 0;
    error_code skipped_why_;
};

/// Makes the socket tell what receive_batch asks for: the kernel's count of drops, and, where the socket is bound to a
/// wildcard address, the address that each datagram came to (IP_PKTINFO, ip(7)). Throws boost::system::system_error.
CHATROOM_EXPORT void want_datagram_info(int socket, const boost::asio::ip::udp::endpoint& bound);

/// Sends one datagram now. Returns would_block and any error of sendmsg(2).
CHATROOM_EXPORT error_code send_one(int socket, const boost::asio::ip::udp::endpoint& to, const local_address& from,
                                    std::string_view bytes) noexcept;

/// @cond
namespace detail {

template <typename Socket>
struct receive_operation {
    Socket* socket;
    receive_batch* batch;
    bool waited = false;

    template <typename Self>
    void operator()(Self& self, error_code ec = {})
    {
        if (std::exchange(waited, true)) {
            const auto n = ec ? 0 : batch->receive(socket->native_handle(), ec);
            if (ec != boost::asio::error::would_block) {
                return self.complete(ec, n);
            }
        }
        socket->async_wait(Socket::wait_read, std::move(self));
    }
};

template <typename Socket>
struct send_operation {
    Socket* socket;
    send_batch* batch;
    bool finished = false;
    error_code result = {};

    template <typename Self>
    void operator()(Self& self, error_code ec = {})
    {
        if (!finished) {
            result = ec ? ec : batch->send(socket->native_handle());
            if (result == boost::asio::error::would_block) {
                return socket->async_wait(Socket::wait_write, std::move(self));
            }
            finished = true;
            return boost::asio::post(socket->get_executor(), std::move(self));  // never complete within the initiation
        }
        self.complete(result);
    }
};

}  // namespace detail
/// @endcond

/// Waits until datagrams have come to `socket`, any datagram socket of Asio's, and receives up to a batch of them in
/// one system call. The token's signature is void(error_code, std::size_t): what batch.receive() says, but never
/// would_block. Closing or cancelling the socket ends it with operation_aborted. Both outlive it.
template <typename Socket, typename Token>
auto async_receive(Socket& socket, receive_batch& batch, Token&& token)
{
    return boost::asio::async_compose<Token, void(error_code, std::size_t)>(
        detail::receive_operation<Socket>{&socket, &batch}, token, socket);
}

/// Sends all of `batch`, in as few system calls as the socket allows. The token's signature is void(error_code): none
/// once batch.done(), no_buffer_space or not_enough_memory if the system has no memory for more now (what is left may
/// be sent by another call). Closing or cancelling the socket ends it with operation_aborted. Both outlive it.
template <typename Socket, typename Token>
auto async_send(Socket& socket, send_batch& batch, Token&& token)
{
    return boost::asio::async_compose<Token, void(error_code)>(detail::send_operation<Socket>{&socket, &batch}, token,
                                                               socket);
}

}  // namespace chatroom
