// SPDX-License-Identifier: BSL-1.0
// OpenSSL's side of a tls_stream: what it reads comes from the descriptor, what it writes gathers until flush().
#include "tls/tls_stream.hpp"
#include "wire/notices.hpp"

#include <chatroom/wire/command.hpp>
#include <chatroom/wire/sender.hpp>

#include <array>
#include <cerrno>
#include <utility>

namespace chatroom::detail {
namespace {

constexpr std::size_t most_unsent = 128 * 1024;  // more than these is a peer that asks for alerts and reads none
constexpr std::string_view needs_https =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 53\r\nConnection: close\r\n\r\n"
    "only TLS is spoken here: the address is https://HOST\n";

}  // namespace

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

void tls_stream::set_bio()
{
    auto* const made = allocated(BIO_new(bio::method()));
    BIO_set_data(made, this);
    BIO_set_init(made, 1);
    SSL_set_bio(ssl_.get(), made, made);
}

std::string& tls_stream::output() noexcept
{
    thread_local std::string bytes;
    return bytes;
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
    auto& out = is_unsent() ? unsent_.get() : output();
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
    auto& out = output();
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
    output().clear();
    error_ = ENOMEM;
}

}  // namespace chatroom::detail
