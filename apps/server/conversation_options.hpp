// SPDX-License-Identifier: BSL-1.0
// The options of names, rooms, commands and who may come in.
#pragma once

#include "option_table.hpp"

#include <vector>

namespace server {

[[nodiscard]] option_group room_group();
[[nodiscard]] option_group access_group();

/// Throws option_error where one needs commands, and there are none; the later of the two is named.
void check_conversation(const std::vector<given>& values, const options& o);

/// Fills in what follows from them.
void complete_conversation(options& o);

}  // namespace server
