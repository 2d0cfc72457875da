// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "render.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace client {

/// How it goes with the connection.
struct link_status {
    bool connected = false;
    std::size_t waiting = 0;  ///< Messages that wait to be said.
    std::size_t pending = 0;  ///< Messages that have not come back, for so long that a person would notice.
    bool busy = false;        ///< A message waits, or has not come back.
    std::string room = {};    ///< Empty where it is not known.
    std::optional<std::size_t> here = {};  ///< Members in it, as far as is known.
};

/// What a session talks to: a person at a terminal, or a program at a pipe. One thread.
class frontend {
  public:
    frontend() = default;
    virtual ~frontend() = default;
    frontend(const frontend&) = delete;
    frontend& operator=(const frontend&) = delete;

    /// Completes with the next line to say, or with nothing at the end. One at a time.
    virtual boost::asio::awaitable<std::optional<std::string>> next_line() = 0;

    /// Shows a message, unless it is hidden. Completes when more may come.
    virtual boost::asio::awaitable<void> show(message what) = 0;

    /// Says something of the client's own.
    virtual void tell(const std::string& notice) = 0;

    virtual void update(const link_status& now) = 0;

    /// Whether a person types: then what can't be taken is refused and not waited for.
    [[nodiscard]] virtual bool interactive() const = 0;

    /// No more lines are wanted: next_line() completes with nothing.
    virtual void end_lines() = 0;

    /// Ctrl-C. While pasted lines go out, what is not taken of them yet is not to be said: returns how many lines that
    /// is. Nothing if none go out.
    virtual std::optional<std::size_t> drop_pasted() { return std::nullopt; }

    /// Ctrl-C. Returns whether that took something half typed away; if not, it is time to leave.
    virtual bool interrupt() { return false; }

    /// The program is being ended: nobody waits for the output.
    virtual void abort_output() = 0;

    /// Runs the program until its context is stopped.
    virtual void run() = 0;

    /// Gives standard input and output back as they were found, when all is written. Returns what was wrong with them,
    /// as a sentence, or nothing.
    virtual std::string close() = 0;
};

}  // namespace client
