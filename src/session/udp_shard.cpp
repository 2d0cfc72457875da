// SPDX-License-Identifier: BSL-1.0
// A shard's life: who leaves it and when, and its end.
#include <chatroom/session/udp_shard.hpp>

#include <chatroom/endpoint.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace chatroom {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t expelled_per_turn = 4096;
constexpr auto expel_pause = 10ms;  // a crowd that falls silent is not expelled one by one

}  // namespace

udp_shard::udp_shard(std::shared_ptr<udp_context> context, std::shared_ptr<udp_port> port)
    : context_{std::move(context)},
      port_{std::move(port)},
      alarm_{port_->get_executor(), port_->shards(), context_->clock},
      base_{room().tail()}
{
}

// Within ~io_context it may post nothing and tell nobody.
udp_shard::~udp_shard()
{
    while (auto* member = roster_.eldest()) {
        settle(*member);
    }
}

void udp_shard::start()
{
    alarm_.on_ring([weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->on_alarm();
        }
    });
    room().add(shared_from_this());
}

void udp_shard::report_exception(std::string_view where) noexcept
{
    observer().error(where, {}, std::current_exception());
}

// Takes the member out of every account it is in.
void udp_shard::settle(udp_member& member) noexcept
{
    context_->addresses.leave(context_->addresses.key_of(normalised(member.endpoint.address())));
    context_->seats.give_back();
    room().leave();
    if (roster_.slot_of(member) == slot_) {
        piece_ = 0;
    }
    roster_.remove(member);
}

void udp_shard::leave(udp_member& member, reason why) noexcept
{
    const auto id = member.id;
    const auto endpoint = member.endpoint;
    settle(member);
    if (roster_.size() == 0) {
        hold(nobody);  // no sweep may follow that would
        room().ease();
    }
    try {
        observer().left(id, to_label(endpoint), why);
    } catch (...) {
        report_exception("leave");
    }
}

void udp_shard::on_alarm() noexcept
{
    try {
        port_->receive_waiting();  // a stalled process must not expel those whose heartbeats wait
    } catch (...) {
        report_exception("alarm");
    }
    const auto now = alarm_.now();
    if (now >= insist_at_) {
        return expel_all();
    }
    expire(now);
    if (sweep_ == sweep::blocked && !waits_to_write_) {
        sweep_ = sweep::going;
        step();
    }
    alarm_.set_at_most(insist_at_);
}

// The first moment that a member last heard then is no longer one: at exactly the expiry it still is.
time_source::time_point udp_shard::due(time_source::time_point heard) const noexcept
{
    return heard + context_->options.expiry + 1ns;
}

void udp_shard::expire(time_source::time_point now) noexcept
{
    std::size_t expelled = 0;
    for (auto* member = roster_.eldest(); member != nullptr; member = roster_.eldest()) {
        const auto when = due(member->heard);
        if (when > now || expelled == expelled_per_turn) {
            return alarm_.set_at_most(expelled == 0 ? when : std::max(when, now + expel_pause));
        }
        leave(*member, reason::expired);
        ++expelled;
    }
}

void udp_shard::detach() noexcept
{
    detached_ = true;  // should the room have no memory for a list without it
    room().remove(this);
}

bool udp_shard::deserted() const noexcept
{
    return detached_ || (context_->seats.taken() == 0 && asked_.furthest() == breath::none && !room().closed());
}

void udp_shard::wake() noexcept
{
    try {
        auto next = [self = shared_from_this()] { self->flush(); };
        asio::post(port_->get_executor(), with_memory(wake_memory_, std::move(next)));
    } catch (...) {
        begin();
        report_exception("wake");
    }
}

// The flush is what can be had without memory, from any thread.
void udp_shard::ask(breath what) noexcept
{
    asked_.ask(what);
    schedule();
}

// Whether everybody is gone already.
bool udp_shard::heed() noexcept
{
    const auto asked = asked_.furthest();
    if (asked == breath::insist || (asked == breath::drain && context_->options.drain.count() == 0)) {
        expel_all();
        return true;
    }
    if (asked == breath::drain || room().closed()) {
        if (roster_.size() == 0) {
            draining_ = true;
            rest();
            return true;
        }
        if (!std::exchange(draining_, true)) {
            begin_farewell();
        }
    }
    return false;
}

void udp_shard::begin_farewell() noexcept
{
    insist_at_ = alarm_.now() + context_->options.drain;
    alarm_.set_at_most(insist_at_);
}

void udp_shard::expel_all() noexcept
{
    draining_ = true;
    while (auto* member = roster_.eldest()) {
        leave(*member, reason::drained);
    }
    sweep_ = sweep::idle;
    batch_.clear();
    view_.clear();
    rest();
}

// Nobody is left to serve. The alarm of a shard that is done would keep the context running for nothing.
void udp_shard::rest() noexcept
{
    hold(nobody);
    insist_at_ = time_source::time_point::max();
    alarm_.cancel();
    if (asked_.furthest() != breath::none) {
        port_->close();
    }
}

}  // namespace chatroom
