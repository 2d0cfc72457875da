// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "option_table.hpp"

namespace server {

/// What browsers may do.
[[nodiscard]] option_group web_group();

/// Fills in what follows from other options. Throws option_error if the page can't be read.
void complete_web(options& o);

}  // namespace server
