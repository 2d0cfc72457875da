// SPDX-License-Identifier: BSL-1.0
// The options of TLS.
#pragma once

#include "option_table.hpp"

#include <vector>

namespace server {

[[nodiscard]] option_group tls_group();

/// Throws option_error where one lacks another.
void check_tls(const std::vector<given>& values, const options& o);

}  // namespace server
