// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../websocket_reader.hpp"
#include "json_client.hpp"
#include "upgrade.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace chatroom::detail {

/// What a websocket_client does over its connection: HTTP, then frames, in which is the JSON protocol. No I/O: the
/// caller tells the time, and sends the output.
class client_protocol {
  public:
    using time_point = json_client::time_point;
    using mask_source = std::function<std::array<unsigned char, 4>()>;  ///< Unpredictable, another for each frame.

    client_protocol(const websocket_client_options& options, mask_source masks);

    /// The connection stands.
    void begin(const upgrade_request& request);

    void received(std::string_view bytes, time_point now, inbox& to);

    /// The connection is at its end: nothing more to come.
    void finish(inbox& to) { json_.finish(to); }

    /// As client_core::write().
    void send(std::string_view text, const std::string& id, time_point now, inbox& to);

    /// What is to be sent.
    [[nodiscard]] std::string& output() noexcept { return output_; }

    /// The WebSocket stands, and we are in a room, or its password is waited for, or it has ended with a close frame.
    [[nodiscard]] bool settled() const noexcept;

    [[nodiscard]] std::size_t waiting() const noexcept { return json_.waiting(); }

    /// How it ended; nullopt if it has not. No error: we have left.
    [[nodiscard]] const std::optional<error_code>& ended() const noexcept { return ended_; }

    /// When on_deadline() is due.
    [[nodiscard]] time_point deadline() const noexcept { return json_.deadline(); }
    void on_deadline(time_point now, inbox& to);

  private:
    void received_frames(std::string_view bytes, time_point now, inbox& to);
    void closed_by_server(std::string_view reason, inbox& to);
    void append(opcode what, std::string_view payload);
    void close(std::uint16_t code);
    void end(error_code why, inbox& to);
    void collect(inbox& to);

    mask_source masks_;
    std::optional<upgrade_reader> upgrade_;
    websocket_reader reader_;
    json_client json_;
    std::string output_;
    std::optional<error_code> ended_;
    bool upgraded_ = false;
    bool closing_ = false;  // we have sent a close frame
};

}  // namespace chatroom::detail
