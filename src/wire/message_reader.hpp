// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/export.hpp>
#include <chatroom/wire/sender.hpp>

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace chatroom::wire {

/// Reads what a server sends over TCP: `SENDER\nTEXT\n`, strictly in turn, and the same from the classroom server,
/// whose messages have no newline of their own: there a text ends at the quiet gap too, and a line that is no sender
/// where one is due is more text of the last sender. Everything given out is clean, whatever the server sent.
class CHATROOM_EXPORT message_reader {
  public:
    /// Adds bytes of the server. Holds at most 64 KiB of an unfinished line; what is beyond is dropped.
    void feed(std::string_view bytes);

    /// Ends an unfinished text, at the quiet gap or at end of file.
    void finish();

    /// Whether a line is unfinished, so that a quiet gap is worth waiting for.
    [[nodiscard]] bool open() const noexcept;

    /// Takes the next message; false if there is none yet.
    bool next(std::string& sender, std::string& text);

  private:
    void end_line();

    std::string line_;  // the unfinished one, as it came
    std::string sender_{server_name};
    bool text_due_ = false;
    std::deque<std::pair<std::string, std::string>> messages_;  // taken by next(); the caller feeds one read at a time
};

}  // namespace chatroom::wire
