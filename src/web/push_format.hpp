// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/wire/message_format.hpp>

#include <string>
#include <string_view>

namespace chatroom::detail {

/// What the text of an action begins with in a room; a publication has a kind in place of it.
inline constexpr std::string_view action_command = "/me ";

/// A message of a room as a push of the JSON protocol, in a WebSocket frame.
class push_format final : public wire::message_format {
  public:
    void append(std::string& out, const message_view& message) const override;
};

/// Appends the publication of a message: what a push has as `pub`, and an answer to `history` in its list. False, and
/// nothing was appended, if it is none: a join or a leave.
bool append_publication(std::string& out, const message_view& message);

}  // namespace chatroom::detail
