// SPDX-License-Identifier: BSL-1.0
#include "session/udp_handle.hpp"

#include "session/udp_shard.hpp"

#include <utility>

namespace chatroom::detail {

udp_handle::udp_handle(member_id id, std::string address, std::weak_ptr<udp_shard> shard)
    : member_state{id, chatroom::transport::udp, std::move(address)},
      current_sender{this->address()},
      shard_{std::move(shard)}
{
}

void udp_handle::post(action what)
{
    if (const auto shard = shard_.lock()) {
        shard->post([self = shared_from_this(), what = std::move(what)] { what(*self); });
    }
}

void udp_handle::send_line(std::string_view sender, std::string_view text)
{
    if (const auto shard = shard_.lock()) {
        shard->send_line(*this, sender, text);
    }
    take_pending(sender.size() + text.size() + 2);
}

void udp_handle::remove(std::string_view last_words)
{
    if (const auto shard = shard_.lock()) {
        shard->remove(*this, last_words);
    }
}

void udp_handle::set_sender(std::string_view sender)
{
    if (const auto shard = shard_.lock()) {
        shard->set_sender(*this, sender);
    }
}

void udp_handle::mute(std::chrono::milliseconds duration)
{
    if (const auto shard = shard_.lock()) {
        muted_until = later(shard->now(), duration);
    }
}

void udp_handle::join(const std::shared_ptr<room_state>& room)
{
    if (const auto shard = shard_.lock()) {
        shard->move(*this, room);
    }
}

void udp_handle::leave(room_state& room)
{
    if (const auto shard = shard_.lock()) {
        shard->leave(*this, room);
    }
}

}  // namespace chatroom::detail
