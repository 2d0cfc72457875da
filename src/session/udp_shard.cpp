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
      timer_{port_->get_executor(), port_->shards(), context_->clock},
      base_{room().tail()}
{
}

// Within ~io_context it may post nothing and tell nobody.
udp_shard::~udp_shard()
{
    while (auto* member = roster_.least_recent()) {
        release_accounting(*member);
    }
}

void udp_shard::start()
{
    timer_.on_expiry([weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->on_timer();
        }
    });
    room().add(shared_from_this());
}

void udp_shard::report_exception(std::string_view where) noexcept
{
    observer().error(where, {}, std::current_exception());
}

// Takes the member out of every account it is in.
void udp_shard::release_accounting(udp_member& member) noexcept
{
    context_->addresses.leave(context_->addresses.key_of(normalised(member.endpoint.address())));
    context_->seats.give_back();
    room().leave();
    if (roster_.slot_of(member) == slot_) {
        fragment_ = 0;
    }
    roster_.remove(member);
}

void udp_shard::leave(udp_member& member, disconnect_reason why) noexcept
{
    const auto id = member.id;
    const auto endpoint = member.endpoint;
    release_accounting(member);
    if (roster_.size() == 0) {
        set_backpressure_mark(no_mark);  // no sweep may follow that would
        room().resume_if_relieved();
    }
    try {
        observer().left(id, to_label(endpoint), why);
    } catch (...) {
        report_exception("leave");
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
    if (sweep_ == sweep::blocked && !waits_to_write_) {
        sweep_ = sweep::going;
        step();
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
    for (auto* member = roster_.least_recent(); member != nullptr; member = roster_.least_recent()) {
        const auto when = expiry_time(member->heard);
        if (when > now || expelled == expelled_per_turn) {
            return timer_.expires_no_later_than(expelled == 0 ? when : std::max(when, now + expel_pause));
        }
        leave(*member, disconnect_reason::heartbeat_timeout);
        ++expelled;
    }
}

void udp_shard::detach() noexcept
{
    detached_ = true;  // should the room have no memory for a list without it
    room().remove(this);
}

bool udp_shard::idle() const noexcept
{
    return detached_ ||
           (context_->seats.taken() == 0 && stop_request_.furthest() == stop_mode::none && !room().closed());
}

void udp_shard::wake() noexcept
{
    try {
        auto next = [self = shared_from_this()] { self->flush(); };
        asio::post(port_->get_executor(), with_memory(wake_memory_, std::move(next)));
    } catch (...) {
        clear_scheduled();
        report_exception("wake");
    }
}

// The flush is what can be had without memory, from any thread.
void udp_shard::request_stop(stop_mode what) noexcept
{
    stop_request_.raise(what);
    schedule();
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
        if (roster_.size() == 0) {
            draining_ = true;
            cancel_timer_if_done();
            return true;
        }
        if (!std::exchange(draining_, true)) {
            begin_closing_pass();
        }
    }
    return false;
}

void udp_shard::begin_closing_pass() noexcept
{
    close_at_ = timer_.now() + context_->options.drain_timeout;
    timer_.expires_no_later_than(close_at_);
}

void udp_shard::disconnect_all() noexcept
{
    draining_ = true;
    while (auto* member = roster_.least_recent()) {
        leave(*member, disconnect_reason::shutdown);
    }
    sweep_ = sweep::idle;
    batch_.clear();
    view_.clear();
    cancel_timer_if_done();
}

// Nobody is left to serve. The timer of a shard that is done would keep the context running for nothing.
void udp_shard::cancel_timer_if_done() noexcept
{
    set_backpressure_mark(no_mark);
    close_at_ = time_source::time_point::max();
    timer_.cancel();
    if (stop_request_.furthest() != stop_mode::none) {
        port_->close();
    }
}

}  // namespace chatroom
