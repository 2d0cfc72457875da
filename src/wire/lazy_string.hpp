// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace chatroom::wire {

/// A string that is empty nearly always, and then one pointer and no more: every member has some.
class lazy_string {
  public:
    [[nodiscard]] bool empty() const noexcept { return !text_ || text_->empty(); }
    [[nodiscard]] std::string_view view() const noexcept
    {
        return text_ ? std::string_view{*text_} : std::string_view{};
    }

    /// The string itself, to append to. Throws std::bad_alloc.
    [[nodiscard]] std::string& get()
    {
        if (!text_) {
            text_ = std::make_unique<std::string>();
        }
        return *text_;
    }

    /// Lets go of the memory too.
    void clear() noexcept { text_.reset(); }

  private:
    std::unique_ptr<std::string> text_;
};

}  // namespace chatroom::wire
