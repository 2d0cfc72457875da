// SPDX-License-Identifier: BSL-1.0
#include "tls/tls_stream.hpp"

#include "wire/notices.hpp"

#include <chatroom/wire/command.hpp>
#include <chatroom/wire/sender.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace chatroom::detail {
namespace {

constexpr std::size_t record_bytes = 16 * 1024;  // of plain text, the most that a record can have
constexpr std::size_t records_a_send = 4;        // and so what a member can leave unsent
constexpr char first_of_tls = 0x16;              // of a record with a part of the handshake
constexpr std::string_view needs_https =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 53\r\nConnection: close\r\n\r\n"
    "only TLS is spoken here: the address is https://HOST\n";
constexpr std::size_t most_unsent = 128 * 1024;  // more than these is a peer that asks for alerts and reads none

// Of the call that is under way on this thread; empty between calls.
std::string& output_of_thread()
{
    thread_local std::string bytes;
    return bytes;
}

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

struct tls_stream::bio {
    static tls_stream& stream_of(BIO* bio) noexcept { return *static_cast<tls_stream*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* into, int size) noexcept
    {
        BIO_clear_retry_flags(bio);
        const int n = stream_of(bio).bio_read(into, size);
        if (n < 0 && stream_of(bio).error_ == 0) {
            BIO_set_retry_read(bio);
        }
        return n;
    }

    static int write(BIO* bio, const char* from, int size) noexcept
    {
        BIO_clear_retry_flags(bio);
        return stream_of(bio).bio_write(from, size);
    }

    static long control(BIO* bio, int command, long /*argument*/, void* /*result*/) noexcept
    {
        switch (command) {
        case BIO_CTRL_FLUSH: return 1;
        case BIO_CTRL_EOF: return stream_of(bio).at_end_ ? 1 : 0;
        default: return 0;
        }
    }

    static const BIO_METHOD* method()
    {
        static const BIO_METHOD* const only = [] {
            auto* const made = allocated(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "chatroom"));
            BIO_meth_set_read(made, read);
            BIO_meth_set_write(made, write);
            BIO_meth_set_ctrl(made, control);
            return made;
        }();
        return only;
    }
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
    auto* const made = allocated(BIO_new(bio::method()));
    BIO_set_data(made, this);
    BIO_set_init(made, 1);
    SSL_set_bio(ssl_.get(), made, made);
}

int tls_stream::bio_read(char* into, int size) noexcept
{
    const auto most = static_cast<std::size_t>(size);
    if (!received_.empty()) {
        auto& first = received_.get();
        const auto n = first.copy(into, most);
        first.erase(0, n);
        if (first.empty()) {
            received_.clear();
        }
        return static_cast<int>(n);
    }
    const auto got = plain_stream().receive(descriptor_, {into, most});
    if (got.error != 0) {
        error_ = got.error;
        return -1;
    }
    if (got.needs != wait::none) {
        return -1;
    }
    at_end_ = got.bytes == 0;
    if (!std::exchange(heard_, true) && !at_end_ && into[0] != first_of_tls && SSL_is_server(ssl_.get()) != 0) {
        refuse_plain({into, got.bytes});
        failure_ = tls_error::no_tls;
        error_ = EPROTO;
        return -1;
    }
    return static_cast<int>(got.bytes);
}

// Tells a peer that speaks no TLS, in its own protocol, what is spoken here. What it has sent is read before: else the
// kernel answers that with a reset, which may overtake the words.
void tls_stream::refuse_plain(std::string_view first) noexcept
{
    std::array<char, 16 * 1024> rest;
    (void)plain_stream().receive(descriptor_, rest);
    const std::array<std::string_view, 4> line{wire::server_name, "\n", wire::notices::needs_tls, "\n"};
    const bool is_http = first.find(' ') != first.npos && wire::may_become_http_request(first);
    (void)plain_stream().send(descriptor_, is_http ? std::span{&needs_https, 1} : std::span{line});
}

int tls_stream::bio_write(const char* from, int size) noexcept
try {
    auto& out = is_unsent() ? unsent_.get() : output_of_thread();
    if (out.size() > most_unsent) {
        error_ = ENOBUFS;
        return -1;
    }
    out.append(from, static_cast<std::size_t>(size));
    return size;
} catch (...) {
    error_ = ENOMEM;
    return -1;
}

// Sends what there is, and keeps what the socket does not take.
void tls_stream::flush() noexcept
try {
    auto& out = output_of_thread();
    const bool waited = is_unsent();
    const auto bytes = waited ? unsent_.view() : std::string_view{out};
    if (bytes.empty()) {
        return;
    }
    const auto sent = plain_stream().send(descriptor_, {&bytes, 1});
    if (sent.error != 0) {
        error_ = error_ == 0 ? sent.error : error_;
        unsent_.clear();
    } else if (sent.bytes == bytes.size()) {
        unsent_.clear();
    } else if (waited) {
        unsent_.get().erase(0, sent.bytes);
    } else {
        unsent_.get().assign(out, sent.bytes);
    }
    out.clear();
} catch (...) {
    output_of_thread().clear();
    error_ = ENOMEM;
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
    output_of_thread().reserve(records_a_send * (record_bytes + 256));
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
    output_of_thread().clear();
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
    output_of_thread().clear();
    ERR_clear_error();
    return {0, error_};
}

}  // namespace chatroom::detail
