// SPDX-License-Identifier: BSL-1.0
#include "tls/tls_stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace chatroom::detail {
namespace {

constexpr std::size_t record_bytes = 16 * 1024;  // of plain text, the most that a record can have
constexpr std::size_t records_a_send = 4;        // and so what a member can leave unsent

std::size_t bytes_of(std::span<const std::string_view> pieces) noexcept
{
    std::size_t bytes = 0;
    for (const auto piece : pieces) {
        bytes += piece.size();
    }
    return bytes;
}

}  // namespace

// The bytes of the pieces, a record at a time: from where they are, or copied together.
class tls_stream::record_maker {
  public:
    explicit record_maker(std::span<const std::string_view> pieces) noexcept : pieces_{pieces} {}

    std::string_view next(std::size_t most) noexcept
    {
        skip_empty();
        if (pieces_.empty()) {
            return {};
        }
        const auto rest = pieces_[0].substr(at_);
        if (rest.size() >= most || pieces_.size() == 1) {
            at_ += std::min(rest.size(), most);
            return rest.substr(0, most);
        }
        thread_local std::array<char, record_bytes> copy;
        std::size_t filled = 0;
        for (; filled < most && !pieces_.empty(); skip_empty()) {
            const auto n = pieces_[0].substr(at_).copy(copy.data() + filled, most - filled);
            at_ += n;
            filled += n;
        }
        return {copy.data(), filled};
    }

  private:
    void skip_empty() noexcept
    {
        while (!pieces_.empty() && at_ == pieces_[0].size()) {
            pieces_ = pieces_.subspan(1);
            at_ = 0;
        }
    }

    std::span<const std::string_view> pieces_;
    std::size_t at_ = 0;  // in the first
};

tls_stream::tls_stream(ssl_ptr ssl, std::string_view received, handshake_needs needs, place counted)
    : counted_{std::move(counted)},
      ssl_{std::move(ssl)},
      handshake_{std::make_unique<handshake_needs>(std::move(needs))},
      heard_{!received.empty()}
{
    if (!received.empty()) {
        received_.get() = received;
    }
    set_bio();
}

// Nothing, once it is done.
std::optional<stream::result> tls_stream::shake_hands() noexcept
{
    if (error_ != 0) {
        return result{0, error_};
    }
    if (!handshake_) {
        return std::nullopt;
    }
    if (handshake_->clock && handshake_->clock->now() >= handshake_->end) {
        return fail(ETIMEDOUT, tls_error::handshake_timed_out);
    }
    ERR_clear_error();
    const int status = SSL_do_handshake(ssl_.get());
    if (status != 1 && SSL_get_error(ssl_.get(), status) != SSL_ERROR_WANT_READ) {
        return fail_by_openssl(status);
    }
    flush();
    if (error_ != 0) {
        return fail(error_, tls_error::failed);
    }
    if (status == 1) {
        handshake_.reset();
        return std::nullopt;
    }
    return result{0, 0, is_unsent() ? wait::writable : wait::readable};
}

stream::result tls_stream::receive(int descriptor, std::span<char> into) noexcept
{
    descriptor_ = descriptor;
    more_ = false;
    if (const auto unfinished = shake_hands()) {
        return *unfinished;
    }
    std::size_t got = 0;
    int status = 1;
    while (status > 0 && got < into.size()) {
        ERR_clear_error();
        status = SSL_read(ssl_.get(), into.data() + got, static_cast<int>(into.size() - got));
        got += status > 0 ? static_cast<std::size_t>(status) : 0;
    }
    const int state = SSL_get_error(ssl_.get(), status);
    if (status <= 0 && state != SSL_ERROR_WANT_READ && state != SSL_ERROR_ZERO_RETURN) {
        const auto failed = fail_by_openssl(status);
        more_ = got != 0;  // and then the failure
        return got != 0 ? result{got} : failed;
    }
    flush();  // an alert, perhaps
    if (error_ != 0) {
        return fail(error_, tls_error::failed);
    }
    const bool answer_waits = is_unsent() && !send_waits_;
    more_ = got != 0 && (state != SSL_ERROR_WANT_READ || answer_waits);
    if (got != 0 || state == SSL_ERROR_ZERO_RETURN) {
        return {got};
    }
    return {0, 0, answer_waits ? wait::writable : wait::readable};
}

// A caller comes again only for bytes that it has left. So the last byte that it offers is not reported while its
// record is still here, and is skipped when it is offered again.
stream::result tls_stream::send(int descriptor, std::span<const std::string_view> pieces) noexcept
try {
    descriptor_ = descriptor;
    send_waits_ = false;
    if (const auto unfinished = shake_hands()) {
        send_waits_ = unfinished->needs == wait::writable;
        return *unfinished;
    }
    if (is_unsent()) {
        flush();
    }
    const auto offered = bytes_of(pieces);
    record_maker records{pieces};
    std::size_t done = 0;
    if (!is_unsent() && error_ == 0 && holds_ && offered != 0) {
        if (records.next(1)[0] != held_byte_) {
            return fail(EPROTO, tls_error::failed);  // the caller has broken its word: better no byte than a wrong one
        }
        holds_ = false;
        done = 1;
    }
    output().reserve(records_a_send * (record_bytes + 256));
    while (!is_unsent() && error_ == 0 && done < offered) {
        for (std::size_t i = 0; i < records_a_send && done < offered; ++i) {
            const auto record = records.next(record_bytes);
            ERR_clear_error();
            const int status = SSL_write(ssl_.get(), record.data(), static_cast<int>(record.size()));
            if (status <= 0) {
                return fail_by_openssl(status);
            }
            done += record.size();
            held_byte_ = record.back();
        }
        flush();
    }
    if (error_ != 0) {
        return fail(error_, tls_error::failed);
    }
    send_waits_ = is_unsent();
    if (!send_waits_) {
        return {done};
    }
    if (done == offered && done != 0) {
        holds_ = true;
        --done;
    }
    return {done, 0, wait::writable};
} catch (...) {
    return fail(ENOMEM, tls_error::failed);
}

tls_stream::time_point tls_stream::handshake_end() const noexcept
{
    return handshake_ ? handshake_->end : time_point::max();
}

void tls_stream::shutdown(int descriptor) noexcept
{
    descriptor_ = descriptor;
    if (error_ == 0 && !handshake_) {
        ERR_clear_error();
        (void)SSL_shutdown(ssl_.get());
        ERR_clear_error();
        flush();
    }
    plain_stream().shutdown(descriptor);
}

bool tls_stream::has_received() const noexcept
{
    return more_ || !received_.empty();
}

error_code tls_stream::failure() const noexcept
{
    return failure_ ? make_error_code(*failure_) : error_code{error_, boost::system::system_category()};
}

stream::result tls_stream::fail(int error, tls_error why) noexcept
{
    if (error_ == 0) {
        failure_ = why;
        error_ = error;
    }
    output().clear();
    return {0, error_};
}

// The alert that says why goes out first, if it can.
stream::result tls_stream::fail_by_openssl(int status) noexcept
{
    if (error_ == 0) {
        const bool cut = at_end_ || SSL_get_error(ssl_.get(), status) == SSL_ERROR_SYSCALL;
        failure_ = reason_by_openssl();
        flush();
        error_ = cut ? ECONNRESET : EPROTO;
    }
    output().clear();
    ERR_clear_error();
    return {0, error_};
}

}  // namespace chatroom::detail
