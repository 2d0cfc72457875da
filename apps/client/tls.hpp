// SPDX-License-Identifier: BSL-1.0
// What the client has of chatroom::tls; where it was built without that, it has none.
#pragma once

#include <chatroom/error.hpp>
#include <chatroom/serve/stream.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace client {

/// The packages whose absence at build time left TLS out; empty if the client has it.
[[nodiscard]] std::string_view missing_tls_packages() noexcept;

/// For tcp_client_options. Throws std::exception with a sentence if the file or the pin is of no use.
[[nodiscard]] std::function<std::unique_ptr<chatroom::stream>(const std::string& host)>
make_tls(const std::string& ca_file, const std::string& pin);

/// What to try about an error of TLS; empty if it is none.
[[nodiscard]] std::string tls_advice(const chatroom::error_code& why);

}  // namespace client
