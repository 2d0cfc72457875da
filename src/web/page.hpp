// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace chatroom::detail {

/// The page at `/`: src/web/page/page.html.
[[nodiscard]] std::string_view page() noexcept;

}  // namespace chatroom::detail
