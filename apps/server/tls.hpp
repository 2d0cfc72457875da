// SPDX-License-Identifier: BSL-1.0
// What the server has of chatroom::tls; where it was built without that, it has none.
#pragma once

#include "options.hpp"

#include <chatroom/tcp_wire.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace server {

/// The packages whose absence at build time left TLS out; empty if the server has it.
[[nodiscard]] std::string_view missing_tls_packages() noexcept;

/// TLS as it was asked for; empty if it was not.
struct tls {
    chatroom::tcp_wire wire;
    std::string fingerprint;   ///< SHA-256 of the certificate.
    bool self_signed = false;  ///< Nobody trusts it unless told to.
    std::string ca;            ///< The certificate to trust, in PEM, of one that the server has made.
    std::function<std::vector<std::string>()> names;  ///< That the certificate is for. Any thread.

    /// Reads the files again; returns what it did, for the log. Throws std::runtime_error. Any thread.
    std::function<std::string()> reload;
};

/// Reads the certificate, or makes one. `most` is options::max_tls where that is unset. Throws std::runtime_error with
/// a sentence.
[[nodiscard]] tls open_tls(const options& o, std::size_t most);

/// Where --tls-self keeps what it has made.
[[nodiscard]] std::string tls_directory(const options& o);

}  // namespace server
