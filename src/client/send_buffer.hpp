// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chatroom::detail {

/// Lines on their way into a stream. A line whose send was cancelled stays, since a part of it may have been sent. A
/// plain value.
class send_buffer {
  public:
    void add_line(std::string_view line)
    {
        bytes_.append(line);
        bytes_.push_back('\n');
    }

    /// What is to be sent next.
    [[nodiscard]] std::string_view unsent() const noexcept { return std::string_view{bytes_}.substr(sent_); }

    /// The stream has taken so many bytes of unsent().
    void consume(std::size_t bytes) noexcept
    {
        sent_ += bytes;
        if (sent_ == bytes_.size()) {
            bytes_.clear();
            sent_ = 0;
        }
    }

  private:
    std::string bytes_;
    std::size_t sent_ = 0;  // bytes at the front
};

}  // namespace chatroom::detail
