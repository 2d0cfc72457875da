// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "web_state.hpp"
#include "wire/lazy_string.hpp"

#include <chatroom/wire/protocol.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

namespace chatroom::detail {

/// What a peer speaks until its first bytes have told. One that is silent becomes a member that listens, and its first
/// bytes may still tell otherwise.
class detector final : public wire::protocol {
  public:
    detector(std::shared_ptr<const web_state> state, const boost::asio::ip::tcp::endpoint& peer)
        : state_{std::move(state)},
          is_monitor_{state_->monitors.contain(peer.address())}
    {
    }

    [[nodiscard]] bool is_member() const noexcept override { return silent_; }
    [[nodiscard]] std::string_view received(std::span<char> bytes) override { return {bytes.data(), bytes.size()}; }
    [[nodiscard]] result next(std::string_view& bytes, time_point now, wire::command& found) override;
    [[nodiscard]] result finish(wire::command& found) override;
    [[nodiscard]] wire::replacement replace() override;
    [[nodiscard]] time_point deadline(time_point now) const noexcept override;
    [[nodiscard]] result on_deadline(time_point now, wire::command& found) override;
    void resume(time_point now) noexcept override { last_ = now; }
    [[nodiscard]] disconnect_reason violation() const noexcept override { return disconnect_reason::wrong_protocol; }
    void append_line(std::string& out, std::string_view sender, std::string_view text) override;
    [[nodiscard]] const wire::message_format* format() const noexcept override { return nullptr; }

  private:
    const std::shared_ptr<const web_state> state_;
    wire::lazy_string first_;  // each silent member has one of these
    time_point last_;          // when it came, or sent something last
    const bool is_monitor_;
    bool silent_ = false;
    bool is_http_ = false;
};

}  // namespace chatroom::detail
