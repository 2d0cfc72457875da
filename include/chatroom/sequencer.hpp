// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/error.hpp>
#include <chatroom/export.hpp>
#include <chatroom/message.hpp>

namespace chatroom {

/// Decides the order of a room's entries where the room itself does not: for a room that several processes share. What
/// members say and what the program publishes is proposed here. The room appends nothing by itself: call room::append()
/// for each entry, in the order that was decided.
///
/// The room shares ownership of its sequencer, so a sequencer that keeps a copy of the room keeps both alive for good.
/// The functions are called on any thread, several at the same time, without a mutex of the room: propose() may call
/// room::append() itself.
class CHATROOM_EXPORT sequencer {
  public:
    virtual ~sequencer() = default;

    /// Proposes an entry with a clean text and a valid sender. The views end with the call: copy what is kept. On the
    /// strand of the member that speaks, or on the thread that publishes; must not block.
    ///
    /// No error: the entry was taken, and room::append() may follow at any later time, or never. With an error nothing
    /// was proposed: room::publish() returns that error, and a member is told that its message was not passed on, with
    /// the error in observer::dropped. error::closed takes a member over TCP out of the room. What was proposed
    /// before room::stop() is not appended after it: room::append() returns error::closed then.
    virtual error_code propose(const room_entry& entry) noexcept = 0;

    /// Whether messages are to be held back for now: members over TCP are not read, messages over UDP are dropped, and
    /// room::publish() returns error::would_block. Asked before each message and, while members are held back, after
    /// each flush, so it must be cheap. Call room::resume() once it returns false again.
    [[nodiscard]] virtual bool congested() const noexcept { return false; }

  protected:
    sequencer() = default;
    sequencer(const sequencer&) = delete;
    sequencer& operator=(const sequencer&) = delete;
};

}  // namespace chatroom
