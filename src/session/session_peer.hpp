// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/peer.hpp>

namespace chatroom::detail {

class tcp_session;

/// A session as the requests of its protocol see it.
class session_peer final : public peer {
  public:
    explicit session_peer(tcp_session& session) noexcept : session_{session} {}

    member self() override;
    error_code join(const room& which, std::optional<std::uint64_t> from, place& where) override;
    error_code leave(const room& which) override;
    error_code say(const room& which, std::string_view text, std::string& words) override;
    void write(std::string_view bytes) override;
    void disconnect(disconnect_reason why, std::string_view last_words) noexcept override;

  private:
    tcp_session& session_;
};

}  // namespace chatroom::detail
