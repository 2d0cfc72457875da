// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>

#include <string_view>

namespace chatroom::wire {

/// The sender of the room's own words. Nobody else can have it.
inline constexpr std::string_view server_name = "*";

/// Whether `line` is ADDRESS:PORT, with an IPv4 or a bracketed IPv6 address (a %zone may follow it); `<NAME>`, whose
/// name is clean and at most 128 bytes; one of these, ` -> ` and another, as a private message has it; or `*`. Any
/// thread.
[[nodiscard]] CHATROOM_EXPORT bool is_sender(std::string_view line) noexcept;

}  // namespace chatroom::wire
