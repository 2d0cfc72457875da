// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chatroom::detail {

/// A list as the lines of one answer: short ones over TCP, 32 KiB in all at most; over UDP one line that fits a
/// datagram, with the words behind it that say how to go on.
class pager {
  public:
    explicit pager(bool datagram) noexcept : line_{datagram ? 800U : 400U}, all_{datagram ? 800U : 32U * 1024U} {}

    /// Begins the first line.
    void begin(std::string_view words) { open_ = words; }

    /// Appends an entry; false if the page is full.
    [[nodiscard]] bool add(std::string_view entry)
    {
        if (bytes_ + open_.size() + entry.size() > all_) {
            return false;
        }
        if (entries_in_line_ > 0 && open_.size() + entry.size() > line_) {
            close();
        }
        if (entries_in_line_++ > 0) {
            open_ += ", ";
        }
        open_ += entry;
        return true;
    }

    /// The lines, and `last` as one more if it is not empty.
    [[nodiscard]] std::vector<std::string> take(std::string last = {})
    {
        if (!open_.empty()) {
            close();
        }
        if (!last.empty()) {
            lines_.push_back(std::move(last));
        }
        return std::move(lines_);
    }

  private:
    void close()
    {
        bytes_ += open_.size();
        lines_.push_back(std::exchange(open_, {}));
        entries_in_line_ = 0;
    }

    const std::size_t line_;
    const std::size_t all_;
    std::size_t bytes_ = 0;
    std::size_t entries_in_line_ = 0;
    std::string open_;
    std::vector<std::string> lines_;
};

}  // namespace chatroom::detail
