// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>
#include <chatroom/serve/clock.hpp>
#include <chatroom/serve/stream.hpp>
#include <chatroom/tcp_client.hpp>
#include <chatroom/tcp_wire.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// TLS 1.2 and 1.3 under a tcp_room, a tcp_server or a tcp_client, by OpenSSL. Link chatroom::tls.
namespace chatroom {

/// Why a TLS connection has failed.
enum class tls_error {
    failed = 1,           ///< For another reason, which OpenSSL would know.
    no_tls,               ///< The peer speaks something else.
    no_common_version,    ///< The peer allows no TLS of 1.2 or newer, or no cipher of ours.
    cut_off,              ///< The connection ended without close_notify: something may be missing.
    handshake_timed_out,  ///< tls_context_options::handshake_timeout.
    refused_by_peer,      ///< The peer has sent an alert: for one, that it does not trust our certificate.
    expired,              ///< The server's certificate.
    not_yet_valid,        ///< The server's certificate.
    unknown_issuer,       ///< The server's certificate is signed by none of those that are trusted here.
    wrong_name,           ///< The server's certificate is for another host.
    wrong_pin,            ///< The server's certificate is another than tls_client_options::pin.
    revoked,              ///< The server's certificate.
    not_trusted,          ///< The server's certificate, for another reason.
    too_many,             ///< tls_context_options::max_streams.
};

/// The category of the values of chatroom::tls_error; a message is a sentence. Any thread.
[[nodiscard]] CHATROOM_EXPORT const boost::system::error_category& tls_category() noexcept;

/// Makes the error_code of `e`. Any thread.
[[nodiscard]] CHATROOM_EXPORT error_code make_error_code(tls_error e) noexcept;

/// What a server's tls_context is made of.
struct tls_context_options {
    std::string certificate_file;  ///< PEM: the server's certificate, and those between it and its root.
    std::string key_file;          ///< PEM: the private key of the first, without a password.

    /// For the handshake, from the first byte or the first message that is owed to the peer on.
    std::chrono::milliseconds handshake_timeout = std::chrono::seconds{10};
    std::shared_ptr<time_source> clock = {};  ///< Where that is read; null is the steady clock.
    std::size_t max_streams = 0;              ///< At once, of some 15 kB each; the next ones fail. 0 is no limit.
};

/// A server's certificate and key. A handle; copies share them. Any thread may call anything.
class CHATROOM_EXPORT tls_context {
  public:
    /// Reads the files. Throws std::runtime_error: a sentence with the file's name.
    explicit tls_context(tls_context_options options);

    /// Reads the files again; connections from now on get what they hold. Throws as the constructor does, and then all
    /// stays as it was.
    void reload();

    /// SHA-256 of the certificate, in 64 hexadecimal digits: what tls_client_options::pin takes.
    [[nodiscard]] std::string fingerprint() const;

    /// The host names and addresses that the certificate is for; a name may begin with `*.`.
    [[nodiscard]] std::vector<std::string> names() const;

    /// The end of a new connection, to be used on its strand. `received` is what was read of it already. Above
    /// max_streams it fails with tls_error::too_many. Throws std::bad_alloc.
    [[nodiscard]] std::unique_ptr<stream> make_stream(std::string_view received = {}) const;

  private:
    class impl;
    std::shared_ptr<impl> impl_;
};

/// Which peers a tls_wire() takes.
enum class tls_mode : std::uint8_t {
    required,  ///< Those that speak TLS.
    offered,   ///< Plain ones too: the first byte decides. A peer that is sent something before it is plain from then
               ///< on.
};

/// A tcp_room over TLS: give it to the room's constructor.
///
///     chatroom::tls_context context{{.certificate_file = "cert.pem", .key_file = "key.pem"}};
///     chatroom::tcp_room tcp{executor, room, {}, {}, chatroom::tls_wire(context)};
[[nodiscard]] CHATROOM_EXPORT tcp_wire tls_wire(tls_context context, tls_mode mode = tls_mode::required);

/// Whom a client trusts.
struct tls_client_options {
    std::string ca_file = {};  ///< PEM: certificates of those who are trusted to sign; empty: the system's.
    std::string pin = {};  ///< SHA-256 of the server's certificate in hexadecimal, `:` allowed: then no other check.
    bool verify = true;    ///< If not, anybody may be the server, who can then read and change everything.
};

/// What tcp_client_options::make_stream takes for a connection over TLS to the host that is connected to: its
/// certificate has to be for that name or address. connect() completes after the handshake, or fails with a tls_error.
/// Throws std::runtime_error if `ca_file` can't be used, std::invalid_argument if `pin` is no SHA-256.
[[nodiscard]] CHATROOM_EXPORT std::function<std::unique_ptr<stream>(const std::string& host)>
tls_client_stream(const tls_client_options& options = {});

/// What tls_self_signed() has made.
struct tls_self_signed_files {
    std::string ca_file;           ///< The certificate that signed the server's: for a client's `ca_file`.
    std::string certificate_file;  ///< For tls_context_options.
    std::string key_file;          ///< The same; mode 0600.
    std::string fingerprint;       ///< Of the server's certificate, as tls_context::fingerprint() has it.
    bool made = false;             ///< Just now; else they were there.
};

/// Makes a certificate for `names`, host names and addresses, and the authority that signs it, unless `directory`
/// has them already, for whatever names, and they are valid for 30 days more: whoever trusts one goes on to. The key of
/// the authority is kept nowhere: it signs nothing else, ever. The directory is made if need be. Throws
/// std::runtime_error: a sentence with the file's name. Any thread.
[[nodiscard]] CHATROOM_EXPORT tls_self_signed_files tls_self_signed(const std::string& directory,
                                                                    const std::vector<std::string>& names);

}  // namespace chatroom

/// @cond
template <>
struct boost::system::is_error_code_enum<chatroom::tls_error> : std::true_type {};
/// @endcond
