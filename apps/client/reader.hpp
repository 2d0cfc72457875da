// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/error_code.hpp>

#include <functional>
#include <memory>
#include <string>

namespace client {

/// Reads standard input by a thread of its own, since a file can't be polled, and a terminal that others use too is not
/// to be made non-blocking. It hands out one piece, and reads on only when asked: nothing is queued.
class reader {
  public:
    using taker = std::function<void(std::string piece, boost::system::error_code why)>;

    /// `take` is called on the executor with each piece; with an empty one at the end, and then why if that is none.
    reader(const boost::asio::any_io_executor& executor, taker take);
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
