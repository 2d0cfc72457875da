// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <string>

namespace server {

/// What would be in force, as NAME = VALUE lines that a configuration file may have, and what follows from it here as
/// comments. Throws option_error for a name without an address.
[[nodiscard]] std::string report(const options& o);

}  // namespace server
