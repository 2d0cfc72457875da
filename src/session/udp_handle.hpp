// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room/member_state.hpp"

#include <chatroom/serve/clock.hpp>
#include <chatroom/wire/command.hpp>

#include <boost/asio/cancellation_signal.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace chatroom::detail {

class udp_shard;
class udp_share;

/// What the handles of a member over UDP share: the way to its slot in a shard's roster, as long as it is there.
class udp_handle final : public member_state, public member_port, public std::enable_shared_from_this<udp_handle> {
  public:
    udp_handle(member_id id, std::string address, std::weak_ptr<udp_shard> shard);

    struct line {
        wire::command::kind what;
        std::string text;
    };

    // On the shard's strand: where it is, or null; its messages' sender; it runs a command, which this cancels, and
    // what it has sent meanwhile waits; it is muted so long.
    udp_share* share = nullptr;
    std::size_t slot = 0;
    std::string current_sender;
    bool busy = false;
    boost::asio::cancellation_signal cancel_command;
    std::deque<line> waiting;
    std::size_t waiting_bytes = 0;
    time_source::time_point muted_until = time_source::time_point::min();

  private:
    void post(action what) override;
    void send_line(std::string_view sender, std::string_view text) override;
    void remove(std::string_view last_words) override;
    void set_sender(std::string_view sender) override;
    void mute(std::chrono::milliseconds duration) override;
    void join(const std::shared_ptr<room_state>& room) override;
    void leave(room_state& room) override;

    const std::weak_ptr<udp_shard> shard_;
};

}  // namespace chatroom::detail
