// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace server {

/// What holds for the whole process, before anything is opened or written: SIGPIPE is ignored, descriptors 0 to 2 are
/// open, and the soft limit on descriptors is the hard one.
void prepare_process();

/// How many members over TCP the limit on descriptors allows.
[[nodiscard]] std::size_t members_by_descriptors();

}  // namespace server
