// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "given.hpp"

#include <string>
#include <vector>

namespace server {

/// The NAME = VALUE lines of a file; `#` begins a comment. Throws option_error.
[[nodiscard]] std::vector<given> read_config_file(const std::string& path);

}  // namespace server
