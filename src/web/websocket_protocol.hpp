// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "web_state.hpp"
#include "websocket_reader.hpp"

#include <chatroom/member.hpp>
#include <chatroom/wire/protocol.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace chatroom::detail {

/// A peer of the JSON protocol: a frame is a request, and what it is told are pushes. What the requests have brought
/// about so far is kept here for them.
class websocket_protocol final : public wire::protocol {
  public:
    explicit websocket_protocol(std::shared_ptr<const web_state> state);
    ~websocket_protocol() override;
    websocket_protocol(const websocket_protocol&) = delete;
    websocket_protocol& operator=(const websocket_protocol&) = delete;

    [[nodiscard]] bool has_requests() const noexcept override { return true; }
    [[nodiscard]] bool has_output() const noexcept override { return !output_.empty(); }
    void append_output(std::string& out) override;
    [[nodiscard]] std::string_view received(std::span<char> bytes) override { return {bytes.data(), bytes.size()}; }
    [[nodiscard]] result next(std::string_view& bytes, time_point now, wire::command& found) override;
    [[nodiscard]] result finish(wire::command& /*found*/) override { return result::need_more; }
    [[nodiscard]] time_point deadline(time_point now) const noexcept override;
    [[nodiscard]] result on_deadline(time_point now, wire::command& found) override;
    void resume(time_point now) noexcept override;
    [[nodiscard]] disconnect_reason violation() const noexcept override { return violation_; }
    void append_line(std::string& out, std::string_view sender, std::string_view text) override;
    void append_goodbye(std::string& out, disconnect_reason why, std::string_view words) override;
    [[nodiscard]] const wire::message_format* format() const noexcept override { return &state_->rooms->pushes; }

    // For its requests.

    [[nodiscard]] const web_state& state() const noexcept { return *state_; }

    /// The member, once `connect` has asked for it; a default-made handle before.
    [[nodiscard]] const member& self() const noexcept { return self_; }
    [[nodiscard]] bool is_connected() const noexcept { return connected_; }
    void begin(member self, std::string key);
    void connect() noexcept { connected_ = true; }
    /// Whose ids of messages its own are.
    [[nodiscard]] const std::string& publisher() const noexcept { return publisher_; }

    [[nodiscard]] std::vector<room>& rooms() noexcept { return rooms_; }

    /// The server's lines to it are an answer, until end_answer() returns them.
    void begin_answer() noexcept { answering_ = true; }
    [[nodiscard]] std::string end_answer();

    /// The close frame is to have this code and reason.
    void set_close(std::uint16_t code, std::string_view reason);

  private:
    const std::shared_ptr<const web_state> state_;
    websocket_reader reader_;
    std::string output_;
    member self_;
    std::string publisher_;
    std::vector<room> rooms_;
    std::string answer_;  // lines
    std::string close_reason_;
    time_point began_;
    time_point ping_due_;  // or, while a pong is awaited, its answer
    disconnect_reason violation_ = disconnect_reason::wrong_protocol;
    disconnect_reason ended_ = disconnect_reason::reset;
    std::uint16_t close_code_ = 0;  // 0: by the reason of the disconnect
    bool connected_ = false;
    bool answering_ = false;
    bool awaits_pong_ = false;
};

}  // namespace chatroom::detail
