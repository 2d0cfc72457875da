// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

namespace server {

/// Reads a password, twice and without an echo if standard input is a terminal, else its first line. Throws
/// std::runtime_error with a sentence if there is none, or one that no command could say.
[[nodiscard]] std::string read_password();

}  // namespace server
