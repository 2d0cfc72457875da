// SPDX-License-Identifier: BSL-1.0
#include "session/udp_share.hpp"

#include "session/udp_shard.hpp"

#include <boost/asio/post.hpp>

#include <exception>
#include <utility>

namespace chatroom::detail {

udp_share::udp_share(const std::shared_ptr<room_state>& room, std::weak_ptr<udp_shard> shard, shard_executor strand)
    : shard_{std::move(shard)},
      strand_{strand},
      fanout_{room}
{
}

void udp_share::detach() noexcept
{
    detached_ = true;  // should the room have no memory for a list without it
    room().remove(this);
}

bool udp_share::idle() const noexcept
{
    return detached_ || (members_ == 0 && !wanted_ && !room().closed());
}

void udp_share::wake() noexcept
{
    try {
        // The shard is kept for it: a stop that was asked for is still applied.
        auto next = [self = shared_from_this(), shard = shard_.lock()] {
            self->clear_scheduled();
            if (shard) {
                shard->flush(self);
            }
        };
        asio::post(strand_, with_memory(wake_memory_, std::move(next)));
    } catch (...) {
        clear_scheduled();
        room().observer().error("wake", {}, std::current_exception());
    }
}

void udp_share::collect(std::shared_ptr<member_collector> into)
{
    if (const auto shard = shard_.lock()) {
        shard->collect(shared_from_this(), std::move(into));
    }
}

}  // namespace chatroom::detail
