// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "notifier.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

namespace client {

/// Writes it all, whether or not somebody else made the descriptor non-blocking: that is a property of the open file,
/// which other programs share, and not changed here. Returns 0, or the error that ended it.
int write_all(int descriptor, std::string_view bytes);

/// Writes to a descriptor by a thread of its own: a pipe or a terminal that takes nothing holds up neither the
/// connection nor a signal. Called on the executor's thread.
class output {
  public:
    /// `broken` is called on the executor, once, when the descriptor takes nothing ever again.
    output(const boost::asio::any_io_executor& executor, int descriptor, std::function<void()> broken);
    ~output();
    output(const output&) = delete;
    output& operator=(const output&) = delete;

    /// Queues bytes. Nothing limits them but the caller, who asks full().
    void put(std::string_view bytes);

    [[nodiscard]] bool full() const;

    /// Completes when it is not full, or when rung for another reason.
    boost::asio::awaitable<void> room();

    /// Whoever waits for room waits no longer.
    void notify();

    /// Blocks until everything is written, for so long at most.
    void flush(std::chrono::milliseconds most);

    /// Why the descriptor takes nothing ever again, if so.
    [[nodiscard]] boost::system::error_code failure() const;

  private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace client
