// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/tls.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A directory of its own for each, removed at the end.
class temporary_directory {
  public:
    temporary_directory()
    {
        std::string name = std::filesystem::temp_directory_path() / "chatroom-tls-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error{"no temporary directory"};
        }
        path_ = name;
    }
    ~temporary_directory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

  private:
    std::string path_;
};

/// Certificates that most tests share, made once: for localhost and 127.0.0.1.
inline const chatroom::tls_self_signed_files& shared_files()
{
    static const temporary_directory directory;
    static const auto files = chatroom::tls_self_signed(directory.path(), {"localhost", "127.0.0.1"});
    return files;
}

inline chatroom::tls_context shared_context()
{
    return chatroom::tls_context{{shared_files().certificate_file, shared_files().key_file}};
}

/// A client by OpenSSL itself, without a socket: its bytes are given to it and taken from it. It verifies nothing.
class raw_client {
  public:
    explicit raw_client(int version = 0, int security_level = -1)
    {
        context_ = SSL_CTX_new(TLS_client_method());
        if (version != 0) {
            SSL_CTX_set_min_proto_version(context_, version);
            SSL_CTX_set_max_proto_version(context_, version);
        }
        if (security_level >= 0) {
            SSL_CTX_set_security_level(context_, security_level);
        }
        ssl_ = SSL_new(context_);
        SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_connect_state(ssl_);
    }
    ~raw_client()
    {
        SSL_free(ssl_);
        SSL_CTX_free(context_);
    }
    raw_client(const raw_client&) = delete;
    raw_client& operator=(const raw_client&) = delete;

    SSL* ssl() noexcept { return ssl_; }

    /// What it has to send.
    std::string output()
    {
        std::string bytes(BIO_ctrl_pending(SSL_get_wbio(ssl_)), '\0');
        (void)BIO_read(SSL_get_wbio(ssl_), bytes.data(), static_cast<int>(bytes.size()));
        return bytes;
    }
    void input(std::string_view bytes)
    {
        (void)BIO_write(SSL_get_rbio(ssl_), bytes.data(), static_cast<int>(bytes.size()));
    }

    bool handshake()
    {
        ERR_clear_error();
        return SSL_do_handshake(ssl_) == 1;
    }
    void write(std::string_view text)
    {
        BOOST_TEST_REQUIRE(SSL_write(ssl_, text.data(), static_cast<int>(text.size())) ==
                           static_cast<int>(text.size()));
    }

    /// What has come in whole records.
    std::string read()
    {
        std::string text;
        std::array<char, 16 * 1024> buffer;
        for (int n = 1; n > 0;) {
            ERR_clear_error();
            n = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()));
            text.append(buffer.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
        }
        return text;
    }

  private:
    SSL_CTX* context_;
    SSL* ssl_;
};

/// Our stream at one end of a pair of sockets, and a raw client at the other.
class tls_pair {
  public:
    using stream = chatroom::stream;

    explicit tls_pair(std::unique_ptr<stream> server, int version = 0, int send_buffer = 0)
        : client{version},
          server_{std::move(server)}
    {
        BOOST_TEST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()) == 0);
        if (send_buffer != 0) {
            ::setsockopt(ends_[0], SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
        }
    }
    ~tls_pair()
    {
        server_.reset();
        ::close(ends_[0]);
        hang_up();
    }
    tls_pair(const tls_pair&) = delete;
    tls_pair& operator=(const tls_pair&) = delete;

    void hang_up()
    {
        if (ends_[1] >= 0) {
            ::close(std::exchange(ends_[1], -1));
        }
    }

    /// Sends what the client has to send, so many bytes at a time, our stream reading after each.
    void client_sends(std::size_t at_a_time = ~std::size_t{0}) { bytes_arrive(client.output(), at_a_time); }
    void bytes_arrive(std::string_view bytes, std::size_t at_a_time = ~std::size_t{0})
    {
        while (!bytes.empty()) {
            const auto part = bytes.substr(0, at_a_time);
            BOOST_TEST_REQUIRE(::send(ends_[1], part.data(), part.size(), MSG_NOSIGNAL) ==
                               static_cast<ssize_t>(part.size()));
            bytes.remove_prefix(part.size());
            server_reads();
        }
    }

    /// As a session does: until there is nothing more.
    void server_reads()
    {
        do {
            last = server_->receive(ends_[0], buffer_);
            received.append(buffer_.data(), last.bytes);
        } while (server_->has_received() && last.error == 0 && (last.bytes != 0 || last.needs != stream::wait::none));
        if (last.error != 0 || last.needs == stream::wait::none) {
            ended = last.bytes == 0;
        }
    }

    stream::result server_sends(std::string_view text) { return server_->send(ends_[0], {&text, 1}); }
    stream::result server_sends(std::vector<std::string_view> pieces) { return server_->send(ends_[0], pieces); }
    void server_shuts_down() { server_->shutdown(ends_[0]); }

    /// Takes what our stream has sent, at most so much. False at its end.
    bool client_receives(std::size_t most = ~std::size_t{0})
    {
        std::array<char, 64 * 1024> buffer;
        for (ssize_t n = 1; n > 0 && most != 0;) {
            n = ::recv(ends_[1], buffer.data(), std::min(buffer.size(), most), MSG_DONTWAIT);
            if (n == 0) {
                return false;
            }
            if (n > 0) {
                client.input({buffer.data(), static_cast<std::size_t>(n)});
                most -= static_cast<std::size_t>(n);
            }
        }
        return true;
    }

    bool handshake(std::size_t at_a_time = ~std::size_t{0})
    {
        for (int i = 0; i < 10; ++i) {
            const bool done = client.handshake();
            client_sends(at_a_time);
            (void)client_receives();
            if (done) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] chatroom::error_code failure() const { return server_->failure(); }
    [[nodiscard]] stream& server() noexcept { return *server_; }

    raw_client client;
    std::string received;   ///< By our stream, in clear.
    stream::result last{};  ///< Of its last receive().
    bool ended = false;

  private:
    std::unique_ptr<stream> server_;
    std::array<int, 2> ends_{};
    std::array<char, 4096> buffer_{};
};
