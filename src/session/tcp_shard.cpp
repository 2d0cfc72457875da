// SPDX-License-Identifier: BSL-1.0
#include "session/tcp_shard.hpp"

#include "session/tcp_session.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace chatroom::detail {
namespace {

using namespace std::chrono_literals;

constexpr auto housekeeping = 1s;
constexpr int watched_for = 120;  // seconds: a few times of what is usual between two questions

}  // namespace

tcp_shard::tcp_shard(std::shared_ptr<tcp_context> context, std::size_t index)
    : context_{std::move(context)},
      index_{index},
      timer_{home().get_executor(), context_->shards, context_->clock},
      fanout_{std::make_shared<shard_fanout>(context_->room, context_->options.members.slow_consumer, context_->shards,
                                             index, timer_, counters_)}
{
}

tcp_shard::~tcp_shard()
{
    for (const auto& [room, fanout] : other_fanouts_) {
        fanout->detach();
    }
}

void tcp_shard::start()
{
    timer_.on_expiry([weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->on_timer();
        }
    });
    context_->room->add(fanout_);
}

shard_fanout& tcp_shard::fanout_of(const std::shared_ptr<room_state>& room)
{
    if (room == context_->room) {
        return *fanout_;
    }
    if (const auto known = other_fanouts_.find(room.get()); known != other_fanouts_.end()) {
        return *known->second;
    }
    auto made = std::make_shared<shard_fanout>(room, context_->options.members.slow_consumer, context_->shards, index_,
                                               timer_, counters_);
    auto& kept = *other_fanouts_.emplace(room.get(), made).first->second;
    room->add(std::move(made));
    return kept;
}

void tcp_shard::drop_if_empty(const room_state& room) noexcept
{
    if (const auto known = other_fanouts_.find(&room); known != other_fanouts_.end() && known->second->size() == 0) {
        known->second->detach();
        other_fanouts_.erase(known);
    }
}

void tcp_shard::request_stop(stop_mode what) noexcept
{
    stop_request_.raise(what);
    asio::post(home().get_executor(), [self = shared_from_this()] { self->apply_stop_request(); });
}

void tcp_shard::report_exception(std::string_view where, std::string_view address) noexcept
{
    room().observer().error(where, address, std::current_exception());
}

void tcp_shard::add(tcp_session& session)
{
    sessions_.push_back(&session);
    session.shard_index() = static_cast<std::uint32_t>(sessions_.size() - 1);
    if (sessions_.size() == 1) {
        timer_.expires_no_later_than(now() + housekeeping);
    }
}

void tcp_shard::remove(tcp_session& session) noexcept
{
    const auto index = session.shard_index();
    sessions_[index] = sessions_.back();
    sessions_[index]->shard_index() = index;
    sessions_.pop_back();
    std::erase(turns_, &session);
    cancel_timer_if_done();
}

void tcp_shard::await_turn(tcp_session& session)
{
    post_turn();
    turns_.push_back(&session);
}

void tcp_shard::post_turn()
{
    if (!turn_posted_) {
        asio::post(home().get_executor(), [self = shared_from_this()] { self->run_turn(); });
        turn_posted_ = true;
    }
}

void tcp_shard::run_turn() noexcept
{
    turn_posted_ = false;
    if (turns_.empty()) {
        return;
    }
    const boost::intrusive_ptr session{turns_.front()};
    turns_.pop_front();
    session->take_turn();
    try {
        turns_.empty() ? void() : post_turn();
    } catch (...) {
        report_exception("handshake");  // the next one that comes goes on with those that wait
    }
}

void tcp_shard::set_deadline(tcp_session& session, time_source::time_point& current, time_source::time_point when)
{
    if (when == current) {
        return;
    }
    deadlines_.emplace(when, &session);
    clear_deadline(session, current);
    current = when;
    timer_.expires_no_later_than(when);
}

void tcp_shard::clear_deadline(tcp_session& session, time_source::time_point& current) noexcept
{
    if (current != time_source::time_point::max()) {
        deadlines_.erase({current, &session});
        current = time_source::time_point::max();
    }
}

void tcp_shard::on_timer() noexcept
{
    const auto time = now();
    while (!deadlines_.empty() && deadlines_.begin()->first <= time) {
        const boost::intrusive_ptr session{deadlines_.begin()->second};
        session->on_deadline();
    }
    fanout_->housekeep(time);
    for (const auto& [room, fanout] : other_fanouts_) {
        fanout->housekeep(time);
    }
    if (watched_.load(std::memory_order_relaxed) > 0) {
        watched_.fetch_sub(1, std::memory_order_relaxed);
        count_buffered_bytes();
    }
    if (!deadlines_.empty()) {
        timer_.expires_no_later_than(deadlines_.begin()->first);
    }
    if (!sessions_.empty()) {
        timer_.expires_no_later_than(time + housekeeping);
    }
}

void tcp_shard::count_buffered_bytes() noexcept
{
    std::size_t sum = 0;
    for (const auto* session : sessions_) {
        sum += session->buffered_bytes();
    }
    counters_->buffered_bytes.set(sum);
}

void tcp_shard::add_to(tcp_statistics& sum) noexcept
{
    watched_.store(watched_for, std::memory_order_relaxed);
    counters_->text.add_to(sum.text);
    counters_->websocket.add_to(sum.websocket);
    sum.buffered_bytes += counters_->buffered_bytes.get();
    counters_->flushes.add_to(sum.flushes);
}

// Applies the stop request to every session; a later one sees draining() and leaves by itself.
void tcp_shard::apply_stop_request() noexcept
{
    const auto asked = stop_request_.furthest();
    for (auto* session : sessions_) {
        if (asked == stop_mode::close) {
            session->finish(disconnect_reason::shutdown);
        } else {
            session->leave(disconnect_reason::shutdown);
        }
    }
    cancel_timer_if_done();
}

// The timer of a shard that is done would keep the context running for nothing.
void tcp_shard::cancel_timer_if_done() noexcept
{
    if (sessions_.empty() && (draining() || room().closed())) {
        timer_.cancel();
    }
}

}  // namespace chatroom::detail
