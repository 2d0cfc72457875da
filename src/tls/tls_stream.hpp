// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "tls/openssl.hpp"
#include "wire/lazy_string.hpp"

#include <chatroom/serve/clock.hpp>
#include <chatroom/serve/stream.hpp>
#include <chatroom/tls.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace chatroom::detail {

/// The first byte of a record with a part of the handshake.
inline constexpr char first_of_tls = 0x16;

/// Either end of a TLS connection. OpenSSL reads and writes by a BIO of our own:
///
///     descriptor ─► what was read before, then recv() ─► SSL_read ─► receive()
///     send() ─► record of up to 16 kB ─► SSL_write ─► the thread's output ─► one send() for several records
///                                                     what the socket does not take: unsent_
///
/// OpenSSL never waits to write: that BIO takes all, so that no SSL_write is to be repeated with the same bytes. No
/// record is made before unsent_ is empty; only alerts, which OpenSSL sends by itself, get behind it.
class tls_stream final : public stream {
  public:
    using time_point = time_source::time_point;

    /// What is needed until the handshake is done.
    struct handshake_needs {
        time_point end = time_point::max();
        std::shared_ptr<time_source> clock = {};   ///< Null: it may take for ever; a client limits all of connect().
        std::shared_ptr<const void> trusted = {};  ///< What OpenSSL was given a pointer to.
    };

    /// One of the streams that a context counts, as long as it lives.
    using place = std::shared_ptr<const void>;

    /// `ssl` is set to accept or to connect. `received` was read of the descriptor already. Throws std::bad_alloc.
    tls_stream(ssl_ptr ssl, std::string_view received, handshake_needs needs, place counted = {});

    result receive(int descriptor, std::span<char> into) noexcept override;
    result send(int descriptor, std::span<const std::string_view> pieces) noexcept override;
    [[nodiscard]] time_point handshake_end() const noexcept override;
    [[nodiscard]] bool is_encrypted() const noexcept override { return true; }
    void shutdown(int descriptor) noexcept override;
    [[nodiscard]] bool has_received() const noexcept override;
    [[nodiscard]] error_code failure() const noexcept override;

  private:
    struct bio;  // OpenSSL's callbacks, which are functions of C
    class record_maker;

    [[nodiscard]] std::optional<result> shake_hands() noexcept;
    [[nodiscard]] result fail(int error, tls_error why) noexcept;
    [[nodiscard]] result fail_by_openssl(int status) noexcept;
    [[nodiscard]] tls_error reason_by_openssl() const noexcept;
    [[nodiscard]] bool is_unsent() const noexcept { return !unsent_.empty(); }
    void set_bio();
    /// Of the call that is under way on this thread; empty between calls.
    [[nodiscard]] static std::string& output() noexcept;
    void refuse_plain(std::string_view first) noexcept;
    void flush() noexcept;
    int bio_read(char* into, int size) noexcept;
    int bio_write(const char* from, int size) noexcept;

    const place counted_;
    ssl_ptr ssl_;
    wire::lazy_string received_;  // before the BIO was there
    wire::lazy_string unsent_;    // records that the socket has yet to take
    std::unique_ptr<handshake_needs> handshake_;
    std::optional<tls_error> failure_;
    int descriptor_ = -1;  // of the call
    int error_ = 0;        // an errno; nothing goes any more
    char held_byte_ = 0;
    bool holds_ = false;       // the last byte that was offered is in unsent_, and not reported as sent: see send()
    bool heard_;               // a byte of the peer
    bool more_ = false;        // receive() may have more although the descriptor has not
    bool at_end_ = false;      // of the descriptor
    bool send_waits_ = false;  // and so the caller comes again when the descriptor is writable
};

}  // namespace chatroom::detail
