// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "clock.hpp"
#include "keys.hpp"
#include "reader.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>

#include <functional>
#include <optional>
#include <string>

namespace client {

/// The keys of the terminal at standard input. A sequence without its end, or a paste, swallows what is typed for a
/// while only.
class keyboard {
  public:
    /// `decoder` is fed; `ended` is called at the end of the input.
    keyboard(const boost::asio::any_io_executor& executor, keys decoder, std::function<void()> ended);

    /// The next key. If there is none, more is read.
    std::optional<wchar_t> next();
    void read_on();

    [[nodiscard]] bool was_pasted() const noexcept { return keys_.was_pasted(); }
    [[nodiscard]] bool is_pasted() const noexcept { return keys_.is_pasted(); }

    /// Forgets what is not taken yet. Returns whether there was anything.
    bool clear() { return keys_.clear(); }

  private:
    void read(const std::string& piece);
    void limit();

    keys keys_;
    std::function<void()> ended_;
    boost::asio::basic_waitable_timer<clock> time_out_;
    bool asked_ = false;  // the reader, for more
    reader in_;
};

}  // namespace client
