// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

namespace client {

/// 128 random bits in hexadecimal digits. Throws std::system_error.
[[nodiscard]] std::string make_key();

}  // namespace client
