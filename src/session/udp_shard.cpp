// SPDX-License-Identifier: BSL-1.0
// A shard's life: who leaves it and when, and its end.
#include "session/udp_shard.hpp"

#include <chatroom/endpoint.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace chatroom::detail {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t expelled_per_turn = 4096;
constexpr auto expel_pause = 10ms;  // a crowd that falls silent is not expelled one by one

}  // namespace

udp_shard::udp_shard(std::shared_ptr<udp_context> context, std::shared_ptr<udp_port> port)
    : context_{std::move(context)},
      port_{std::move(port)},
      timer_{port_->get_executor(), port_->shards(), context_->clock}
{
}

// Within ~io_context it may post nothing and tell nobody.
udp_shard::~udp_shard()
{
    if (main_) {
        for_each_share([this](udp_share& share) {
            while (auto* member = share.fanout().members().least_recent()) {
                release_accounting(share, *member);
            }
        });
        for (const auto& [room, share] : others_) {
            share->detach();
        }
    }
}

void udp_shard::start()
{
    timer_.on_expiry([weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->on_timer();
        }
    });
    main_ = std::make_shared<udp_share>(context_->room, weak_from_this(), port_->get_executor());
    main_->attach();
}

udp_share& udp_shard::share_of(const udp_member& member) noexcept
{
    if (elsewhere_.empty()) {
        return *main_;
    }
    const auto found = elsewhere_.find(member.endpoint);
    return found == elsewhere_.end() ? *main_ : *found->second;
}

std::shared_ptr<udp_share> udp_shard::share_for(const std::shared_ptr<room_state>& room)
{
    if (room == context_->room) {
        return main_;
    }
    auto& known = others_[room.get()];
    if (!known) {
        try {
            known = std::make_shared<udp_share>(room, weak_from_this(), port_->get_executor());
            known->attach();
        } catch (...) {
            others_.erase(room.get());
            throw;
        }
    }
    return known;
}

// Not while it is swept: the end of the sweep looks again.
void udp_shard::drop_if_empty(const udp_share& share) noexcept
{
    const auto found = others_.find(&share.room());
    if (found != others_.end() && found->second != current_ && found->second->fanout().members().size() == 0) {
        const auto dropped = std::move(found->second);
        others_.erase(found);
        dropped->detach();
    }
}

void udp_shard::report_exception(std::string_view where) noexcept
{
    observer().error(where, {}, std::current_exception());
}

// Takes the member out of every account it is in.
void udp_shard::release_accounting(udp_share& share, udp_member& member) noexcept
{
    context_->admission.leave(key_of(member.endpoint));
    if (&share != main_.get()) {
        elsewhere_.erase(member.endpoint);
    }
    if (const auto known = handles_.extract(member.id)) {
        known.mapped()->share = nullptr;
        known.mapped()->detach();
    }
    leave_room(share, member);
}

void udp_shard::leave_room(udp_share& share, udp_member& member) noexcept
{
    share.fanout().remove(member);
    share.leave();
    share.room().leave();
    if (share.fanout().members().size() == 0) {
        share.set_backpressure_mark(log_reader::no_mark);  // no sweep may follow that would
        share.room().resume_if_relieved();
    }
}

void udp_shard::leave(udp_member& member, disconnect_reason why) noexcept
{
    auto& share = share_of(member);
    auto& room = share.room();
    const auto id = member.id;
    const auto endpoint = member.endpoint;
    std::shared_ptr<udp_handle> handle;
    if (const auto known = handles_.find(id); known != handles_.end()) {
        handle = known->second;
        if (handle->busy) {
            handle->cancel_command.emit(asio::cancellation_type::terminal);
        }
    } else if (room.policy().left) {
        call_policy("left", [&] { handle = handle_of(member); });
    }
    release_accounting(share, member);
    counters_.members.subtract(1);
    if (handle && room.policy().left) {
        call_policy("left", [&] { room.policy().left(chatroom::member{handle}, why); });
    }
    try {
        const auto label = to_label(endpoint);
        room.observer().left(id, label, why);
        context_->room->observer().disconnected(id, label, why);
        room.report(entry_kind::left, id, handle ? handle->current_sender : label, to_string(why));
    } catch (...) {
        report_exception("leave");
    }
    if (&share != main_.get()) {
        drop_if_empty(share);
    }
}

void udp_shard::on_timer() noexcept
{
    try {
        port_->receive_waiting();  // a stalled process must not expel those whose heartbeats wait
    } catch (...) {
        report_exception("timer");
    }
    const auto now = timer_.now();
    if (now >= close_at_) {
        return disconnect_all();
    }
    expire(now);
    cancel_late_questions(now);
    try {
        start_sweeps();
    } catch (...) {
        report_exception("timer");
        sweep_later();
    }
    timer_.expires_no_later_than(close_at_);
}

// The first moment that a member last heard then is no longer one: at exactly the expiry it still is.
time_source::time_point udp_shard::expiry_time(time_source::time_point heard) const noexcept
{
    return heard + context_->options.heartbeat_timeout + 1ns;
}

void udp_shard::expire(time_source::time_point now) noexcept
{
    std::size_t expelled = 0;
    for_each_share([&](udp_share& share) {
        auto& members = share.fanout().members();
        for (auto* member = members.least_recent(); member != nullptr; member = members.least_recent()) {
            const auto when = expiry_time(member->heard);
            if (when > now || expelled == expelled_per_turn) {
                return timer_.expires_no_later_than(expelled == 0 ? when : std::max(when, now + expel_pause));
            }
            leave(*member, disconnect_reason::heartbeat_timeout);
            ++expelled;
        }
    });
}

void udp_shard::detach() noexcept
{
    main_->detach();
}

// The flush is what can be had without memory, from any thread.
void udp_shard::request_stop(stop_mode what) noexcept
{
    stop_request_.raise(what);
    main_->schedule_anyway();
}

// Whether everybody is gone already.
bool udp_shard::apply_stop_request() noexcept
{
    const auto asked = stop_request_.furthest();
    if (asked == stop_mode::close || (asked == stop_mode::drain && context_->options.drain_timeout.count() == 0)) {
        disconnect_all();
        return true;
    }
    if (asked == stop_mode::drain || room().closed()) {
        const bool first = !std::exchange(draining_, true);
        cancel_late_questions(timer_.now());
        if (is_empty()) {
            cancel_timer_if_done();
            return true;
        }
        if (first) {
            begin_closing_sweeps();
        }
    }
    return false;
}

bool udp_shard::is_empty() noexcept
{
    std::size_t members = 0;
    for_each_share([&](udp_share& share) { members += share.fanout().members().size(); });
    return members == 0;
}

void udp_shard::begin_closing_sweeps() noexcept
{
    close_at_ = timer_.now() + context_->options.drain_timeout;
    timer_.expires_no_later_than(close_at_);
    for (const auto& [room, share] : others_) {
        share->schedule_anyway();
    }
}

void udp_shard::disconnect_all() noexcept
{
    draining_ = true;
    cancel_late_questions(timer_.now());
    current_ = nullptr;
    for (const auto& share : due_) {
        share->due = false;
    }
    due_.clear();
    clear_batch();
    for_each_share([this](udp_share& share) {
        share.fanout().abandon();
        while (auto* member = share.fanout().members().least_recent()) {
            leave(*member, disconnect_reason::shutdown);
        }
    });
    cancel_timer_if_done();
}

// Nobody is left to serve. The timer of a shard that is done would keep the context running for nothing.
void udp_shard::cancel_timer_if_done() noexcept
{
    main_->set_backpressure_mark(log_reader::no_mark);
    close_at_ = time_source::time_point::max();
    timer_.cancel();
    if (stop_request_.furthest() != stop_mode::none) {
        port_->close();
    }
}

}  // namespace chatroom::detail
