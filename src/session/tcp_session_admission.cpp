// SPDX-License-Identifier: BSL-1.0
// How a session is let in or refused, becomes a member, and turns out to be none.
#include "session/tcp_session.hpp"

#include "wire/notices.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace chatroom::detail {

// Leaves the session joining, or lets it go.
task<> tcp_session::ask_policy(boost::intrusive_ptr<tcp_session> self)
{
    auto& s = *self;
    const auto place = s.shard_->context().asking.enter();
    if (!place) {
        s.leave(disconnect_reason::rejected, {});
        co_return;
    }
    auto verdict = admission_verdict::refuse();
    try {
        s.set_deadline(s.shard_->now() + pending_admissions::timeout);
        auto asked = s.shard_->room().policy().admit(s.label_, transport::tcp);
        const asio::any_io_executor strand{s.shard_->home().get_executor()};
        constexpr auto here = asio::as_tuple(asio::use_awaitable_t<shard_executor>{});
        auto waiting =
            asio::co_spawn(strand, std::move(asked), asio::bind_cancellation_slot(s.more().asked.slot(), here));
        auto [failure, answer] = co_await std::move(waiting);
        if (failure) {
            std::rethrow_exception(failure);
        }
        verdict = std::move(answer);
    } catch (...) {
        if (to_error_code(std::current_exception()) != asio::error::operation_aborted) {
            s.shard_->report_exception("admit", s.label_);
        }
    }
    if (!verdict.admitted) {
        s.refuse(disconnect_reason::rejected, verdict.words);
    }
}

void tcp_session::admit()
{
    if (phase_ != phase::joining) {
        return;  // it was let go while the policy was asked
    }
    auto& room = shard_->room();
    shard_->clear_deadline(*this, deadline_);
    if (shard_->draining() || room.closed()) {
        return leave(disconnect_reason::shutdown);
    }
    try {
        auto [slot, refused] = shard_->context().admission.enter(address_);
        if (refused) {
            return refuse(*refused, wire::notices::closing(*refused));
        }
        id_ = room_state::next_id();
        slot.release();
        admitted_ = true;
        if (is_decided()) {
            return become_member();
        }
        begin_undecided();
    } catch (...) {
        shard_->report_exception("join", label_);
        finish(disconnect_reason::out_of_memory);
    }
}

// What it speaks is known, and its stream carries bytes.
bool tcp_session::is_decided() const noexcept
{
    return protocol_->is_member() && io().handshake_end() == time_source::time_point::max();
}

void tcp_session::begin_undecided()
{
    more().came_at = shard_->room().tail();
    phase_ = phase::undecided;
    protocol_->resume(shard_->now());
    set_deadline(protocol_->deadline(shard_->now()));
    look_at_stream();
}

// It is told in its own protocol, once that is known.
void tcp_session::refuse(disconnect_reason why, std::string_view words) noexcept
try {
    if (is_decided()) {
        return leave(why, words);
    }
    auto place = shard_->context().asking.enter();
    if (!place) {
        return leave(why, words);
    }
    auto& x = more();
    x.refused = std::move(place);
    x.why_refused = why;
    x.last_words = words;
    begin_undecided();
} catch (...) {
    shard_->report_exception("join", label_);
    finish(disconnect_reason::out_of_memory);
}

void tcp_session::become_member()
{
    auto& room = shard_->room();
    if (is_refused()) {
        const auto words = std::exchange(extras_->last_words, {});
        return leave(extras_->why_refused, words);
    }
    if (shard_->draining() || room.closed()) {
        return leave(disconnect_reason::shutdown);
    }
    if (protocol_->has_requests()) {
        more().requests = std::make_unique<session_peer>(*this);
    } else if (phase_ == phase::undecided) {
        const auto came_at = extras_->came_at.sequence;
        const auto missed = std::max(room.oldest().sequence, came_at) - came_at;
        room_.join(*shard_->fanout(), *this, protocol_->format(),
                   {.replay = shard_->context().options.members.replay, .sequence = came_at + missed});
        room_.cursor().skipped = static_cast<std::uint32_t>(missed);
        if (!extras_->stream && !extras_->handle && buffered().empty()) {
            extras_.reset();  // the member may be idle from now on
        }
    } else {
        room_.join(*shard_->fanout(), *this, protocol_->format(), {.replay = shard_->context().options.members.replay});
    }
    phase_ = phase::talking;
    connected_ = true;
    traffic().members.add(1);
    room.observer().connected(id_, address());
    if (room_) {
        report_joined(room);
    }
}

// It was taken for one that listens, since it was silent, and asks for something else now. It has heard nothing.
void tcp_session::take_back_membership()
{
    reason_ = disconnect_reason::answered;
    leave_rooms();
    reason_ = disconnect_reason::failed;
    auto& x = more();
    label_ = address();
    x.handle.reset();
    id_ = room_state::next_id();
    x.came_at = shard_->room().tail();
    phase_ = phase::undecided;
}

}  // namespace chatroom::detail
