// SPDX-License-Identifier: BSL-1.0
// A shard's life: who is in it, when it is woken, and its end.
#include <chatroom/session/tcp_shard.hpp>

#include <chatroom/session/tcp_session.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace chatroom {
namespace {

using namespace std::chrono_literals;

constexpr auto housekeeping = 1s;
constexpr int last_round = 3;  // of gathering; at some 128 sockets each

}  // namespace

tcp_shard::tcp_shard(std::shared_ptr<tcp_context> context, std::size_t index)
    : context_{std::move(context)},
      index_{index},
      timer_{home().get_executor(), context_->shards, context_->clock}
{
}

void tcp_shard::start()
{
    timer_.on_expiry([weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->on_timer();
        }
    });
    context_->room->add(shared_from_this());
}

void tcp_shard::detach() noexcept
{
    detached_ = true;  // should the room have no memory for a list without it
    context_->room->remove(this);
}

bool tcp_shard::idle() const noexcept
{
    return detached_ || (home().connections() == 0 && stop_request_.furthest() == stop_mode::none && !room().closed());
}

void tcp_shard::wake() noexcept
{
    if (context_->gate.wait(weak_from_this())) {
        coalesce(room().tail(), 0);
    }
}

void tcp_shard::coalesce(position seen, int round) noexcept
try {
    auto next = [self = shared_from_this(), seen, round] { self->coalesce_round(seen, round); };
    asio::post(home().get_executor(), with_memory(wake_memory_, std::move(next)));
} catch (...) {
    start_flushes();
}

// Once more round the strand as long as that brings something new: what the poller found meanwhile is read first, and
// goes out in the same flush.
void tcp_shard::coalesce_round(position seen, int round) noexcept
{
    const auto tail = room().tail();
    if (tail == seen || round == last_round || tail.byte - flushed_to_.byte > message_log::segment_bytes) {
        start_flushes();
    } else {
        coalesce(tail, round + 1);
    }
}

void tcp_shard::start_flushes() noexcept
{
    for (const auto& one : context_->gate.open()) {
        if (const auto shard = one.lock()) {
            shard->post_flush();
        } else {
            (void)context_->gate.end();  // this shard's own is still to come
        }
    }
    end_flush();
}

void tcp_shard::post_flush() noexcept
try {
    auto next = [self = shared_from_this()] {
        self->flush();
        self->end_flush();
    };
    asio::post(home().get_executor(), with_memory(wake_memory_, std::move(next)));
} catch (...) {
    clear_scheduled();
    missed_wake_ = true;
    report_exception("wake");
    (void)context_->gate.end();  // the releasing shard's own is still to come
}

void tcp_shard::end_flush() noexcept
{
    if (context_->gate.end()) {
        coalesce(room().tail(), 0);
    }
}

// The flush is what can be had without memory, from any thread.
void tcp_shard::request_stop(stop_mode what) noexcept
{
    stop_request_.raise(what);
    schedule();
}

void tcp_shard::report_exception(std::string_view where, std::string_view address) noexcept
{
    room().observer().error(where, address, std::current_exception());
}

void tcp_shard::add(tcp_session& session)
{
    if (session.in_roster_) {
        return;
    }
    sessions_.push_back(&session);
    session.in_roster_ = true;
    session.roster_index_ = static_cast<std::uint32_t>(sessions_.size() - 1);
    if (sessions_.size() == 1 || session.position_.sequence < lowest_.sequence) {
        lowest_ = session.position_;
    }
    if (sessions_.size() == 1) {
        set_backpressure_mark(room().tail().byte);
        timer_.expires_no_later_than(now() + housekeeping);
    }
}

void tcp_shard::remove(tcp_session& session) noexcept
{
    if (!session.in_roster_) {
        return;
    }
    sessions_[session.roster_index_] = sessions_.back();
    sessions_[session.roster_index_]->roster_index_ = session.roster_index_;
    sessions_.pop_back();
    session.in_roster_ = false;
    if (sessions_.empty()) {
        set_backpressure_mark(no_mark);
        cancel_timer_if_done();
    }
}

void tcp_shard::set_deadline(tcp_session& session, time_source::time_point when)
{
    if (when == session.deadline_) {
        return;
    }
    deadlines_.emplace(when, &session);
    if (session.deadline_ != time_source::time_point::max()) {
        deadlines_.erase({session.deadline_, &session});
    }
    session.deadline_ = when;
    timer_.expires_no_later_than(when);
}

void tcp_shard::clear_deadline(tcp_session& session) noexcept
{
    if (session.deadline_ != time_source::time_point::max()) {
        deadlines_.erase({session.deadline_, &session});
        session.deadline_ = time_source::time_point::max();
    }
}

void tcp_shard::on_timer() noexcept
{
    try {
        const auto time = now();
        while (!deadlines_.empty() && deadlines_.begin()->first <= time) {
            const boost::intrusive_ptr session{deadlines_.begin()->second};
            clear_deadline(*session);
            try {
                session->on_deadline();
            } catch (...) {
                report_exception("deadline", session->label());
                session->finish(disconnect_reason::out_of_memory);
            }
        }
        // With 10,000 silent members it takes milliseconds to ask each. A wake that is under way stays so: to call
        // clear_scheduled() here would let another wake use its storage.
        if (missed_wake_.exchange(false) || behind_ || congested_ != 0) {
            flush_members();
        }
        if (!deadlines_.empty()) {
            timer_.expires_no_later_than(deadlines_.begin()->first);
        }
        if (!sessions_.empty()) {
            timer_.expires_no_later_than(time + housekeeping);
        }
    } catch (...) {
        report_exception("timer");
    }
}

// Applies the current stop request to every session. Idempotent; called before each flush, so late joiners are
// included.
void tcp_shard::apply_stop_request() noexcept
{
    const auto asked = std::max(stop_request_.furthest(), room().closed() ? stop_mode::drain : stop_mode::none);
    if (asked == stop_mode::none) {
        return;
    }
    draining_ = true;
    for (auto* session : sessions_) {
        try {
            if (asked == stop_mode::close) {
                session->finish(disconnect_reason::shutdown);
            } else {
                session->leave(disconnect_reason::shutdown, "the room is closing");
            }
        } catch (...) {
            report_exception("drain", session->label());
            session->finish(disconnect_reason::shutdown);
        }
    }
    cancel_timer_if_done();
}

// The timer of a shard that is done would keep the context running for nothing.
void tcp_shard::cancel_timer_if_done() noexcept
{
    if (draining_ && sessions_.empty()) {
        timer_.cancel();
    }
}

}  // namespace chatroom
