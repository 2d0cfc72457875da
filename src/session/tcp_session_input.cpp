// SPDX-License-Identifier: BSL-1.0
// What a session reads: its peer's commands, and when they are held back.
#include "session/tcp_session.hpp"

#include "../serve/sockets.hpp"
#include "wire/notices.hpp"

#include <utility>

namespace chatroom::detail {
namespace {

using namespace std::chrono_literals;
namespace notices = wire::notices;

constexpr auto rate_notice_every = 1min;

}  // namespace

bool tcp_session::reads() const noexcept
{
    return !eof_ && !receive_needs_write_ && !awaits_turn_ &&
           ((is_here() && pause_ == pause::none) ||
            (phase_ == phase::lingering && extras_->discarded < shard_->context().options.linger_read_limit));
}

void tcp_session::on_ready(error_code ec) noexcept
try {
    if (phase_ == phase::gone) {
        return;
    }
    if (ec == asio::error::operation_aborted) {
        return read_buffered();  // woken to look at what it waits for
    }
    if (ec) {
        return on_failed(ec.value());
    }
    if (reads() && may_shake_hands()) {
        shard_->await_turn(*this);
        awaits_turn_ = true;
    } else if (reads()) {
        read();
        read_buffered();
    }
    if (send_needs_read_) {
        send_needs_read_ = false;
        retry_send();
    } else if (!awaits_readable_ && phase_ != phase::gone) {
        // The socket is in error, or both sides are shut down. Or neither: another thread may have been given an event
        // of the connection that had this descriptor's entry in Asio's reactor before, and hands it out only now.
        if (const int error = take_error(socket_.native_handle()); error != 0) {
            on_failed(error);
        } else if (has_hung_up(socket_.native_handle())) {
            finish(disconnect_reason::reset);
        }
    }
} catch (...) {
    on_exception();
}

void tcp_session::take_turn() noexcept
try {
    awaits_turn_ = false;
    if (reads()) {
        read();
        read_buffered();
    }
    look_at_input();
} catch (...) {
    on_exception();
}

void tcp_session::read_buffered()
{
    while (extras_ && extras_->stream && reads() && extras_->stream->has_received()) {
        read();
    }
}

void tcp_session::read()
{
    const auto buffer = shard_->home().read_buffer();
    const auto got = io().receive(socket_.native_handle(), buffer);
    if (got.error != 0) {
        return on_failed(got.error);
    }
    traffic().received_bytes.add(got.bytes);
    if (phase_ == phase::undecided) {
        look_at_stream();
    }
    if (got.needs == stream::wait::writable) {
        receive_needs_write_ = true;
        return wait_writable();
    }
    if (got.needs == stream::wait::readable) {
        return;
    }
    if (phase_ == phase::lingering) {
        extras_->discarded += got.bytes;
        return got.bytes == 0 ? finish(reason_) : void();
    }
    got.bytes == 0 ? on_end_of_file() : consume(protocol_->received(buffer.first(got.bytes)));
}

void tcp_session::on_end_of_file()
{
    eof_ = true;
    wire::command found;
    auto what = protocol_->finish(found);
    on_result(what, found);
    if (what == wire::protocol::result::replaced && is_here() && pause_ == pause::none) {
        what = protocol_->finish(found);
        on_result(what, found);
    }
    if (pause_ != pause::command) {  // else resume() comes back to it
        is_refused() ? become_member() : leave(disconnect_reason::end_of_file);
    }
}

void tcp_session::consume(std::string_view bytes)
{
    const auto now = shard_->now();
    wire::command found;
    while (is_here() && !bytes.empty()) {
        if (must_pause()) {
            more().held.assign(bytes);
            return;
        }
        const auto what = protocol_->next(bytes, now, found);
        on_result(what, found);
    }
    look_at_protocol();
    if (is_here() && pause_ == pause::none) {
        set_deadline(protocol_->deadline(now));
    }
}

void tcp_session::on_result(wire::protocol::result what, const wire::command& found)
{
    using result = wire::protocol::result;
    switch (what) {
    case result::need_more: return;
    case result::command: break;
    case result::too_long:
        shard_->room().observer().dropped(id_, error::text_too_long);
        return notify_of_loss(notices::too_long);
    case result::violation: return leave(protocol_->violation());
    case result::replaced: return replace_protocol();
    }
    switch (found.what) {
    case wire::command::kind::quit: return leave(disconnect_reason::quit);
    case wire::command::kind::slash: return shard_->room().policy().command ? run_command(found.text) : say(found.text);
    case wire::command::kind::request: return run_request(found.text);
    case wire::command::kind::text:
    case wire::command::kind::heartbeat: return say(found.text);
    }
}

// Its last output comes before anything of the next one.
void tcp_session::replace_protocol()
{
    auto [next, bytes] = protocol_->replace();
    if (phase_ == phase::talking && next && !next->is_member()) {
        heard_ || !buffered().empty() ? next.reset() : take_back_membership();
    }
    if (protocol_->has_output()) {
        protocol_->append_output(buffer());
        (void)flush_lines();
    }
    protocol_ = next ? std::move(next) : std::make_unique<wire::text_protocol>(shard_->context().text);
    protocol_->resume(shard_->now());
    if (is_refused() && extras_->why_refused == disconnect_reason::rejected) {
        return become_member();  // else it may ask for what needs no place in a room
    }
    look_at_protocol();
    if (is_here()) {
        consume(protocol_->received(bytes));
    }
}

bool tcp_session::must_pause()
{
    if (pause_ != pause::none) {
        return true;  // a command is running
    }
    if (phase_ == phase::undecided) {
        return false;
    }
    if (extras_ && extras_->requests) {
        // Answers that it does not take: retry_send() comes back to it.
        if (buffered().size() > member_state::most_pending && !flush_lines() && phase_ == phase::talking) {
            set_pause(pause::output);
            shard_->clear_deadline(*this, deadline_);
        }
        return pause_ != pause::none || phase_ != phase::talking;
    }
    const auto now = shard_->now();
    if (const auto token = bucket_.next(now, shard_->context().rate); token > now) {
        set_pause(pause::rate);
        set_deadline(token);
        shard_->room().observer().throttled(id_);
        auto& told = more().rate_told;
        if (told == time_source::time_point::min() || now - told >= rate_notice_every) {
            told = now;
            notify(notices::held_back);
        }
    } else if (spoken_in().room().congested()) {
        set_pause(pause::backpressure);
        shard_->clear_deadline(*this, deadline_);
    }
    return pause_ != pause::none;
}

// The coroutine waits for an error of the socket meanwhile.
void tcp_session::resume()
{
    if (!is_here()) {
        return;
    }
    set_pause(pause::none);
    shard_->clear_deadline(*this, deadline_);
    protocol_->resume(shard_->now());
    const auto held = extras_ ? std::exchange(extras_->held, {}) : std::string{};
    consume(held);
    if (eof_ && pause_ == pause::none) {
        return leave(disconnect_reason::end_of_file);
    }
    if (reads()) {
        look_at_input();
    }
}

void tcp_session::set_pause(pause why) noexcept
{
    if (auto& room = spoken_in(); room && why != pause_) {
        why == pause::backpressure ? room.fanout().await_relief(room.cursor())
                                   : room.fanout().cancel_relief(room.cursor());
    }
    pause_ = why;
}

void tcp_session::set_deadline(time_source::time_point when)
{
    if (when == time_source::time_point::max()) {
        shard_->clear_deadline(*this, deadline_);
    } else {
        shard_->set_deadline(*this, deadline_, when);
    }
}

// Ends the wait of the coroutine, which then waits for what it is to wait for now.
void tcp_session::look_at_input() noexcept
{
    error_code ignored;
    socket_.cancel(ignored);
}

}  // namespace chatroom::detail
