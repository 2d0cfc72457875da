// SPDX-License-Identifier: BSL-1.0
// A session: its parts, its coroutine, and its deadlines.
#include "session/tcp_session.hpp"

#include <chatroom/endpoint.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>

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
