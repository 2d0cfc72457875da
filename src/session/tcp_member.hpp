// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room/member_state.hpp"

#include <chatroom/serve/shard.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace chatroom::detail {

class tcp_session;

/// What the handles of a member over TCP share: the way to its session, as long as that lasts.
class tcp_member final : public member_state, public member_port, public std::enable_shared_from_this<tcp_member> {
  public:
    tcp_member(member_id id, chatroom::transport by, bool encrypted, std::string address, tcp_session& session,
               std::shared_ptr<shard_list> shards, shard& home);

    /// The session goes. On its strand.
    void end() noexcept;

  private:
    void post(action what) override;
    void send_line(std::string_view sender, std::string_view text) override;
    void remove(std::string_view last_words) override;
    void set_sender(std::string_view sender) override;
    void mute(std::chrono::milliseconds duration) override;
    void join(const std::shared_ptr<room_state>& room) override;
    void leave(room_state& room) override;

    std::shared_ptr<shard_list> shards_;  // null once the session has gone
    const shard_executor strand_;
    tcp_session* session_;  // on the strand; null once it has gone
};

}  // namespace chatroom::detail
