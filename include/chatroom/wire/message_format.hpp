// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/message.hpp>

#include <string>

namespace chatroom::wire {

/// The form that a protocol gives the messages of a room: the same bytes for every member that speaks it. One object
/// for all of them. Any thread.
class message_format {
  public:
    virtual ~message_format() = default;

    /// Appends the bytes of one message; none, if the protocol does not show it. Throws std::bad_alloc.
    virtual void append(std::string& out, const message_view& message) const = 0;

  protected:
    message_format() = default;
    /// @cond
    message_format(const message_format&) = default;
    message_format& operator=(const message_format&) = default;
    /// @endcond
};

}  // namespace chatroom::wire
