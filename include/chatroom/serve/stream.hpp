// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace chatroom {

/// The bytes of one connection as its protocol sees them: the socket's own, or what another layer (TLS) makes of them.
/// Nothing here waits. Everything on the connection's strand; may be used no more once the descriptor is closed.
class stream {
  public:
    /// What a call that could not go on waits for.
    enum class wait : std::uint8_t {
        none,      ///< Nothing: it went well, or failed.
        readable,  ///< The descriptor has bytes.
        writable,  ///< The descriptor takes bytes.
    };

    /// What a call did.
    struct result {
        std::size_t bytes = 0;    ///< Received or sent; a receive that waits for nothing and has none is the end.
        int error = 0;            ///< An errno, or 0; not EAGAIN.
        wait needs = wait::none;  ///< The call that got less than it asked for is to be made again then.
    };

    virtual ~stream() = default;

    /// Receives what is there, at most `into`.
    virtual result receive(int descriptor, std::span<char> into) noexcept = 0;

    /// Sends as much of the pieces, at most nine, as the socket takes. The same bytes are offered again after a wait,
    /// perhaps with more behind them. Without a piece it does what has to be done before anything can be sent, such as
    /// a handshake.
    virtual result send(int descriptor, std::span<const std::string_view> pieces) noexcept = 0;

    /// Until when it has to carry bytes, which it does not do yet: a handshake is not done. max() if it does.
    [[nodiscard]] virtual std::chrono::steady_clock::time_point handshake_end() const noexcept
    {
        return std::chrono::steady_clock::time_point::max();
    }

    /// Whether nobody between the two ends can read the bytes.
    [[nodiscard]] virtual bool is_encrypted() const noexcept { return false; }

    /// Says that no more is to be sent.
    virtual void shutdown(int descriptor) noexcept = 0;

    /// Whether receive() has bytes although the descriptor is not readable.
    [[nodiscard]] virtual bool has_received() const noexcept { return false; }

    /// Why a call has failed, if this stream knows more of it than the errno.
    [[nodiscard]] virtual error_code failure() const noexcept { return {}; }

  protected:
    stream() = default;
    /// @cond
    stream(const stream&) = default;
    stream& operator=(const stream&) = default;
    /// @endcond
};

/// The socket's own bytes; one object for all connections, without a state. Any thread.
[[nodiscard]] CHATROOM_EXPORT stream& plain_stream() noexcept;

}  // namespace chatroom
