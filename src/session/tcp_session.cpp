// SPDX-License-Identifier: BSL-1.0
// A session: how it begins and joins, and its deadlines.
#include "session/tcp_session.hpp"

#include "wire/notices.hpp"

#include <chatroom/endpoint.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace chatroom::detail {
tcp_session::tcp_session(std::shared_ptr<tcp_shard> shard, connection&& accepted)
    : shard_{std::move(shard)},
      socket_{std::move(accepted.stream)},
      label_{to_label(accepted.peer)},
      address_{address_table::key_of(accepted.peer.address())}
{
    speak_with(accepted.peer);
    if (const auto& wire = shard_->context().wire; wire.make_stream) {
        more().stream = wire.make_stream();
    }
    shard_->add(*this);
    accepted.load.release();
}

void tcp_session::speak_with(const asio::ip::tcp::endpoint& peer)
{
    const auto& context = shard_->context();
    if (context.wire.make_protocol) {
        protocol_ = context.wire.make_protocol(peer);
    } else {
        protocol_ = std::make_unique<wire::text_protocol>(context.text);
    }
}

// Runs within ~io_context too, where it may post nothing and tell nobody.
tcp_session::~tcp_session()
{
    release_accounting();
    shard_->remove(*this);
    shard_->home().remove_connection();
}

tcp_session::extras& tcp_session::more()
{
    if (!extras_) {
        extras_ = std::make_unique<extras>();
    }
    return *extras_;
}

stream& tcp_session::io() const noexcept
{
    return extras_ && extras_->stream ? *extras_->stream : plain_stream();
}

traffic_counters& tcp_session::traffic() const noexcept
{
    auto& all = shard_->counters();
    return extras_ && extras_->requests ? all.websocket : all.text;
}

std::size_t tcp_session::buffered_bytes() const noexcept
{
    return buffered().size() + (extras_ ? extras_->held.size() : 0);
}

member tcp_session::handle()
{
    auto& made = more().handle;
    if (!made) {
        const auto by = extras_->requests ? transport::websocket : transport::tcp;
        made = std::make_shared<tcp_member>(id_, by, io().is_encrypted(), label_, *this, shard_->context().shards,
                                            shard_->home());
    }
    return member{made};
}

const std::string& tcp_session::address() const noexcept
{
    return extras_ && extras_->handle ? extras_->handle->address() : label_;
}

membership& tcp_session::spoken_in() noexcept
{
    return extras_ && !extras_->others.empty() ? *extras_->others.back() : room_;
}

bool tcp_session::all_ended() noexcept
{
    bool all = true;
    for_each_membership([&](membership& one) { all = all && one.cursor().phase == cursor::state::ended; });
    return all;
}

void tcp_session::give_back_place() noexcept
{
    if (admitted_) {
        admitted_ = false;
        shard_->context().admission.leave(address_);
    }
}

// Takes the session out of every account it is in.
void tcp_session::release_accounting() noexcept
{
    shard_->clear_deadline(*this, deadline_);
    for_each_membership([](membership& one) { one.leave(); });
    give_back_place();
    if (extras_ && extras_->handle) {
        extras_->handle->end();
    }
}

struct tcp_session::readiness {
    tcp_session& session;

    template <typename Handler>
    void operator()(Handler handler) const
    {
        session.awaits_readable_ = session.reads() || session.send_needs_read_;
        session.socket_.async_wait(session.awaits_readable_ ? tcp_stream::wait_read : tcp_stream::wait_error,
                                   with_memory(session.read_memory_, std::move(handler)));
    }

    // The operation that waits for it.
    static auto of(tcp_session& session)
    {
        constexpr auto token = asio::as_tuple(asio::deferred);
        return asio::async_initiate<decltype(token), void(error_code)>(readiness{session}, token);
    }
};

task<> tcp_session::ask_and_run(boost::intrusive_ptr<tcp_session> self)
{
    auto asking = ask_policy(self);
    co_await std::move(asking);
    auto running = run(std::move(self));
    co_await std::move(running);
}

// Each idle member keeps this frame: what is asked first has one of its own.
task<> tcp_session::run(boost::intrusive_ptr<tcp_session> self)
{
    self->admit();
    self->awaits_readable_ = true;
    if (self->reads()) {
        self->on_ready({});  // the first message is often there already: this saves a round of the poller
    }
    while (self->phase_ != phase::gone) {
        const auto [ec] = co_await readiness::of(*self);
        self->on_ready(ec);
    }
    self->give_back_place();  // before anybody hears that it left
    self->leave_rooms();
    self->release_accounting();
}

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
        if (protocol_->is_member() && io().handshake_end() == time_source::time_point::max()) {
            return become_member();
        }
        begin_undecided();
    } catch (...) {
        shard_->report_exception("join", label_);
        finish(disconnect_reason::out_of_memory);
    }
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
    if (protocol_->is_member() && io().handshake_end() == time_source::time_point::max()) {
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

// The protocol's time begins when the stream carries bytes.
void tcp_session::look_at_stream()
{
    if (const auto end = io().handshake_end(); end != time_source::time_point::max()) {
        shakes_hands_ = true;
        return set_deadline(end);
    }
    if (shakes_hands_) {
        shakes_hands_ = false;
        protocol_->resume(shard_->now());
        look_at_protocol();
        if (is_here()) {
            set_deadline(protocol_->deadline(shard_->now()));
        }
    }
}

// What it has to send, and whether its peer is a member by now.
void tcp_session::look_at_protocol()
{
    if (is_here() && protocol_->has_output()) {
        protocol_->append_output(buffer());
        (void)flush_lines();
        if (buffered().size() > member_state::most_pending) {
            return leave(disconnect_reason::slow_consumer);
        }
    }
    if (phase_ == phase::undecided && !shakes_hands_ && protocol_->is_member()) {
        become_member();
    }
}

void tcp_session::on_deadline() noexcept
try {
    const auto now = shard_->now();
    shard_->clear_deadline(*this, deadline_);
    switch (phase_) {
    case phase::joining:
        return awaits_header_ ? finish(disconnect_reason::wrong_protocol) : leave(disconnect_reason::rejected);
    case phase::undecided:
    case phase::talking: {
        if (shakes_hands_) {
            return leave(disconnect_reason::timed_out, {});
        }
        if (pause_ != pause::none) {
            return resume();
        }
        if (must_pause()) {
            return;  // resume() comes back to what is open
        }
        wire::command found;
        const auto what = protocol_->on_deadline(now, found);
        on_result(what, found);
        look_at_protocol();
        return is_here() && pause_ == pause::none ? set_deadline(protocol_->deadline(now)) : void();
    }
    case phase::leaving:
    case phase::lingering: {
        const auto last = extras_->left_at + shard_->context().options.drain_timeout;
        if (now >= last) {
            return finish(reason_);
        }
        return phase_ == phase::lingering ? linger() : set_deadline(last);
    }
    case phase::gone: return;
    }
} catch (...) {
    on_exception();
}

}  // namespace chatroom::detail
