// SPDX-License-Identifier: BSL-1.0
// A session and its rooms.
#include "session/tcp_session.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace chatroom::detail {

membership* tcp_session::membership_in(const room_state& room) noexcept
{
    membership* found = nullptr;
    for_each_membership([&](membership& one) { found = &one.room() == &room ? &one : found; });
    return found;
}

void tcp_session::join(const std::shared_ptr<room_state>& room)
{
    position at;
    (void)join(room, {.replay = shard_->context().options.members.replay}, at);
}

error_code tcp_session::join(const std::shared_ptr<room_state>& room, const log_start& from, position& at)
{
    if (phase_ != phase::talking || membership_in(*room) != nullptr || room->closed()) {
        return error::closed;
    }
    const bool resumes = pause_ == pause::backpressure;
    set_pause(resumes ? pause::none : pause_);
    try {
        auto made = std::make_unique<membership>();
        made->join(shard_->fanout_of(room), *this, protocol_->format(), from);
        at = made->cursor().at;
        if (room->closed()) {
            made->fanout().schedule();  // which may have been too new to be told
        }
        more().others.push_back(std::move(made));
    } catch (...) {
        shard_->drop_if_empty(*room);
        throw;
    }
    report_joined(*room);
    if (resumes) {
        resume();
    }
    return {};
}

void tcp_session::set_sender(std::string_view sender)
{
    for_each_membership([&](membership& one) { one.room().report(entry_kind::renamed, id_, label_, sender); });
    label_ = sender;
}

void tcp_session::leave(room_state& room, disconnect_reason why)
{
    if (phase_ != phase::talking) {
        return;
    }
    const auto is_it = [&](const auto& one) { return one && &one->room() == &room; };
    auto& others = more().others;
    const auto found = std::ranges::find_if(others, is_it);
    const bool from_first = room_ && &room_.room() == &room;
    if (!from_first && found == others.end()) {
        return;
    }
    if (others.size() + (room_ ? 1 : 0) == 1 && !extras_->requests) {
        return leave(disconnect_reason::removed);
    }
    // What was published for it in that room, its own words too, comes before anything of the next one.
    auto& left = from_first ? room_ : **found;
    left.fanout().serve(left.cursor(), shard_->now());
    if (phase_ != phase::talking) {
        return;
    }
    const bool resumes = pause_ == pause::backpressure;
    set_pause(resumes ? pause::none : pause_);
    if (from_first) {
        room_.leave();
    } else {
        others.erase(found);
    }
    shard_->drop_if_empty(room);
    room.observer().left(id_, address(), why);
    room.report(entry_kind::left, id_, label_, to_string(why));
    if (room.policy().left) {
        shard_->call_policy("left", address(), [&] { room.policy().left(handle(), why); });
    }
    if (resumes) {
        resume();
    }
}

void tcp_session::report_joined(room_state& room) noexcept
{
    room.observer().joined(id_, address());
    room.report(entry_kind::joined, id_, label_);
    if (room.policy().joined) {
        shard_->call_policy("joined", address(), [&] { room.policy().joined(handle()); });
    }
}

// Its handles end first: what the policy asks of it then is too late.
void tcp_session::leave_rooms() noexcept
{
    if (extras_ && extras_->handle) {
        extras_->handle->end();
    }
    for_each_membership([this](membership& one) {
        const auto room = one.fanout().shared_room();
        one.leave();
        shard_->drop_if_empty(*room);
        room->observer().left(id_, address(), reason_);
        room->report(entry_kind::left, id_, label_, to_string(reason_));
        if (room->policy().left) {
            shard_->call_policy("left", address(), [&] {
                const auto who = handle();
                extras_->handle->end();
                room->policy().left(who, reason_);
            });
        }
    });
    if (extras_) {
        extras_->others.clear();
    }
    if (connected_) {
        connected_ = false;
        traffic().members.subtract(1);
        shard_->room().observer().disconnected(id_, address(), reason_);
    }
}

}  // namespace chatroom::detail
