// SPDX-License-Identifier: BSL-1.0
#include "keyboard.hpp"

#include <chrono>
#include <utility>

namespace client {
namespace {

// Longer than a slow connection pauses within a key, or within a paste.
constexpr std::chrono::milliseconds sequence_pause{500};
constexpr std::chrono::seconds paste_pause{2};

}  // namespace

keyboard::keyboard(const boost::asio::any_io_executor& executor, keys decoder, std::function<void()> ended)
    : keys_{std::move(decoder)},
      ended_{std::move(ended)},
      time_out_{executor},
      in_{executor, [this](const std::string& piece, boost::system::error_code) { read(piece); }}
{
}

std::optional<wchar_t> keyboard::next()
{
    const auto key = keys_.next();
    if (!key) {
        read_on();
    }
    return key;
}

void keyboard::read_on()
{
    if (!std::exchange(asked_, true)) {
        in_.read_on();
    }
}

void keyboard::read(const std::string& piece)
{
    asked_ = false;
    if (piece.empty()) {
        return ended_();
    }
    const bool pasting = keys_.pasting();
    const bool text = keys_.feed(piece);
    if (text || !pasting || !keys_.pasting()) {  // editing keys don't prolong a paste
        limit();
    }
}

void keyboard::limit()
{
    time_out_.cancel();
    if (!keys_.incomplete()) {
        return;
    }
    time_out_.expires_after(keys_.pasting() ? paste_pause : sequence_pause);
    time_out_.async_wait([this](boost::system::error_code ec) {
        if (ec) {
            return;
        }
        if (asked_) {
            keys_.time_out();
        } else {
            limit();  // what is missing may have come, and is not read yet
        }
    });
}

}  // namespace client
