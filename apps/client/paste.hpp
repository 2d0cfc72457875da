// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

namespace client {

/// The lines of one paste, kept until it has ended; of a long one, until the person has said that they are to go out. A
/// plain value.
class paste {
  public:
    static constexpr std::size_t most_lines = 10;           // that go out without a question
    static constexpr std::size_t most_bytes = 1024 * 1024;  // that are kept; more is for a filter

    void add(std::string line)
    {
        bytes_ += line.size() + 1;
        ++count_;
        if (bytes_ <= most_bytes) {
            lines_.push_back(std::move(line));
        }
    }

    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    [[nodiscard]] bool is_long() const noexcept { return count_ > most_lines; }
    [[nodiscard]] bool is_too_long() const noexcept { return bytes_ > most_bytes; }

    /// The paste has ended, and it is to be asked about.
    void ask() noexcept { asking_ = true; }
    [[nodiscard]] bool asking() const noexcept { return asking_; }

    [[nodiscard]] std::string question() const { return "say " + std::to_string(count_) + " pasted lines? (y/n) > "; }

    /// The lines, which are forgotten here.
    [[nodiscard]] std::deque<std::string> take() { return std::exchange(*this, {}).lines_; }

  private:
    std::deque<std::string> lines_;
    std::size_t bytes_ = 0;
    std::size_t count_ = 0;
    bool asking_ = false;
};

}  // namespace client
