// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "http_answer.hpp"
#include "http_reader.hpp"
#include "web_state.hpp"

#include <chatroom/wire/protocol.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace chatroom::detail {

/// One request: it is answered, and the connection closed, or it becomes a WebSocket.
class http_protocol final : public wire::protocol {
  public:
    /// `is_monitor`: the peer's address is one of web_state::monitors.
    http_protocol(std::shared_ptr<const web_state> state, bool is_monitor)
        : state_{std::move(state)},
          is_monitor_{is_monitor}
    {
    }

    [[nodiscard]] bool is_member() const noexcept override { return false; }
    [[nodiscard]] bool has_output() const noexcept override { return !answer_.empty(); }
    void append_output(std::string& out) override;
    [[nodiscard]] std::string_view received(std::span<char> bytes) override { return {bytes.data(), bytes.size()}; }
    [[nodiscard]] result next(std::string_view& bytes, time_point now, wire::command& found) override;
    [[nodiscard]] result finish(wire::command& /*found*/) override { return result::need_more; }
    [[nodiscard]] wire::replacement replace() override;
    [[nodiscard]] time_point deadline(time_point now) const noexcept override;
    [[nodiscard]] result on_deadline(time_point now, wire::command& found) override;
    void resume(time_point now) noexcept override { since_ = now; }
    [[nodiscard]] disconnect_reason violation() const noexcept override { return disconnect_reason::answered; }
    void append_line(std::string& /*out*/, std::string_view /*sender*/, std::string_view /*text*/) override {}
    void append_goodbye(std::string& out, disconnect_reason why, std::string_view words) override;
    [[nodiscard]] const wire::message_format* format() const noexcept override { return nullptr; }

  private:
    [[nodiscard]] std::string answer_to(const http_request& request) const;
    [[nodiscard]] std::string page(const http_request& request) const;
    [[nodiscard]] std::string answer(unsigned status, std::span<const http_field> fields, std::string_view body,
                                     bool head_only) const;  // counted, as is:
    [[nodiscard]] std::string refusal(unsigned status, bool head_only) const;
    [[nodiscard]] bool serves_monitor(const http_request& request) const;

    const std::shared_ptr<const web_state> state_;
    const bool is_monitor_;
    http_reader reader_;
    std::string answer_;
    std::string rest_;  // of the bytes, behind an upgrade
    time_point since_;
};

}  // namespace chatroom::detail
