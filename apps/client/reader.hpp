// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>

namespace client {

/// Reads standard input by a thread of its own, since a file can't be polled, and a terminal that others use too is not
/// to be made non-blocking. It hands out one piece, and reads on only when asked: nothing is queued.
class reader {
  public:
    /// `take` is called on the executor with each piece; with an empty one at the end.
    reader(const boost::asio::any_io_executor& executor, std::function<void(std::string)> take);
    ~reader();
    reader(const reader&) = delete;
    reader& operator=(const reader&) = delete;

    /// Asks for one piece more.
    void read_on();

  private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace client
