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
      alarm_{home().get_executor(), context_->shards, context_->clock}
{
}

void tcp_shard::start()
{
    alarm_.on_ring([weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->on_alarm();
        }
    });
    context_->room->add(shared_from_this());
}

void tcp_shard::detach() noexcept
{
    detached_ = true;  // should the room have no memory for a list without it
    context_->room->remove(this);
}

bool tcp_shard::deserted() const noexcept
{
    return detached_ || (home().connections() == 0 && asked_.furthest() == breath::none && !room().closed());
}

void tcp_shard::wake() noexcept
{
    if (context_->gate.wait(weak_from_this())) {
        gather_for_all(room().tail(), 0);
    }
}

void tcp_shard::gather_for_all(position seen, int round) noexcept
try {
    auto next = [self = shared_from_this(), seen, round] { self->gather_more(seen, round); };
    asio::post(home().get_executor(), with_memory(wake_memory_, std::move(next)));
} catch (...) {
    release_all();
}

// Once more round the strand as long as that brings something new: what the poller found meanwhile is read first, and
// goes out in the same flush.
void tcp_shard::gather_more(position seen, int round) noexcept
{
    const auto tail = room().tail();
    if (tail == seen || round == last_round || tail.byte - told_.byte > message_log::segment_bytes) {
        release_all();
    } else {
        gather_for_all(tail, round + 1);
    }
}

void tcp_shard::release_all() noexcept
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
    begin();
    missed_wake_ = true;
    report_exception("wake");
    (void)context_->gate.end();  // the releasing shard's own is still to come
}

void tcp_shard::end_flush() noexcept
{
    if (context_->gate.end()) {
        gather_for_all(room().tail(), 0);
    }
}

// The flush is what can be had without memory, from any thread.
void tcp_shard::ask(breath what) noexcept
{
    asked_.ask(what);
    schedule();
}

void tcp_shard::report_exception(std::string_view where, std::string_view address) noexcept
{
    room().observer().error(where, address, std::current_exception());
}

void tcp_shard::enroll(tcp_session& session)
{
    if (session.enrolled_) {
        return;
    }
    sessions_.push_back(&session);
    session.enrolled_ = true;
    session.roster_index_ = static_cast<std::uint32_t>(sessions_.size() - 1);
    if (sessions_.size() == 1 || session.position_.sequence < lowest_.sequence) {
        lowest_ = session.position_;
    }
    if (sessions_.size() == 1) {
        hold(room().tail().byte);
        alarm_.set_at_most(now() + housekeeping);
    }
}

void tcp_shard::dismiss(tcp_session& session) noexcept
{
    if (!session.enrolled_) {
        return;
    }
    sessions_[session.roster_index_] = sessions_.back();
    sessions_[session.roster_index_]->roster_index_ = session.roster_index_;
    sessions_.pop_back();
    session.enrolled_ = false;
    if (sessions_.empty()) {
        hold(nobody);
        rest();
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
    alarm_.set_at_most(when);
}

void tcp_shard::clear_deadline(tcp_session& session) noexcept
{
    if (session.deadline_ != time_source::time_point::max()) {
        deadlines_.erase({session.deadline_, &session});
        session.deadline_ = time_source::time_point::max();
    }
}

void tcp_shard::on_alarm() noexcept
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
                session->finish(reason::out_of_memory);
            }
        }
        // With 10,000 silent members it takes milliseconds to ask each. A wake that is under way stays so: to begin()
        // here would let another take the memory that it lies in.
        if (missed_wake_.exchange(false) || behind_ || pressed_ != 0) {
            tell_all();
        }
        if (!deadlines_.empty()) {
            alarm_.set_at_most(deadlines_.begin()->first);
        }
        if (!sessions_.empty()) {
            alarm_.set_at_most(time + housekeeping);
        }
    } catch (...) {
        report_exception("alarm");
    }
}

// Does what is asked for, as often as it is: a session that joined meanwhile is among those that go.
void tcp_shard::heed() noexcept
{
    const auto asked = std::max(asked_.furthest(), room().closed() ? breath::drain : breath::none);
    if (asked == breath::none) {
        return;
    }
    draining_ = true;
    for (auto* session : sessions_) {
        try {
            if (asked == breath::insist) {
                session->finish(reason::drained);
            } else {
                session->leave(reason::drained, "the room is closing");
            }
        } catch (...) {
            report_exception("drain", session->label());
            session->finish(reason::drained);
        }
    }
    rest();
}

// The alarm of a shard that is done would keep the context running for nothing.
void tcp_shard::rest() noexcept
{
    if (draining_ && sessions_.empty()) {
        alarm_.cancel();
    }
}

}  // namespace chatroom
