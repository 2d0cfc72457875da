// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <string_view>

namespace chatroom::detail {

/// The Content-Security-Policy of an HTML page: the scripts and styles that are in it, by their hashes, Trusted Types,
/// and connections to its own server; it ends with the sources of these. Throws std::runtime_error if libsodium can't
/// be initialised.
[[nodiscard]] std::string page_policy(std::string_view html);

}  // namespace chatroom::detail
