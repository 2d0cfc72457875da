// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace chatroom::detail {

/// What a peer speaks.
enum class detected : std::uint8_t {
    need_more,  ///< Not known yet. If no more bytes come for a while, it is text.
    text,
    tls,
    http,  ///< Any version: HTTP/2 with prior knowledge too.
};

inline constexpr std::size_t max_detect = 8192;  ///< Bytes; a first line that does not end within is text.

/// By the first bytes of a connection, as many as there are. Once it is known, more bytes never change it. Any thread.
[[nodiscard]] detected detect(std::string_view first) noexcept;

}  // namespace chatroom::detail
