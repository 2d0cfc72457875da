// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "wire/datagram.hpp"

#include <chatroom/received_message.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chatroom::detail {

/// A client's received messages that receive() has yet to take, and how many of its own have yet to come back. A plain
/// value.
class inbox {
  public:
    /// From now on messages of this sender are one's own.
    void connected(std::string local_name) noexcept { local_name_ = std::move(local_name); }

    /// `text` was sent: each line of it is to come back, but for commands, which a server may keep to itself. Of
    /// `/name NAME` it is known under which name the next ones may come back.
    void sent(std::string_view text)
    {
        while (const auto line = wire::next_command(text, true)) {
            if (line->what != wire::command::kind::slash || line->text.starts_with(action_command)) {
                ++missing_;
            } else if (line->text.starts_with(name_command)) {
                const auto name = line->text.substr(name_command.size());
                named_ = '<' + std::string{name.substr(0, name.find(' '))} + '>';
            }
        }
    }

    void add(received_message message)
    {
        if ((message.sender == local_name_ || message.sender == named_) && missing_ > 0) {
            --missing_;
        }
        messages_.push_back(std::move(message));
    }

    /// The oldest message, if there is one.
    [[nodiscard]] std::optional<received_message> take()
    {
        if (messages_.empty()) {
            return std::nullopt;
        }
        std::optional<received_message> oldest{std::move(messages_.front())};
        messages_.pop_front();
        return oldest;
    }

    [[nodiscard]] bool empty() const noexcept { return messages_.empty(); }

    /// Whether every message of one's own has come back.
    [[nodiscard]] bool all_echoed() const noexcept { return missing_ == 0; }

    [[nodiscard]] const std::string& local_name() const noexcept { return local_name_; }

  private:
    static constexpr std::string_view name_command = "/name ";
    static constexpr std::string_view action_command = "/me ";

    std::deque<received_message> messages_;
    std::string local_name_;
    std::string named_;
    std::size_t missing_ = 0;  // lines that were sent and have yet to come back
};

}  // namespace chatroom::detail
