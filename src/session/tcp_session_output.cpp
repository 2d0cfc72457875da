// SPDX-License-Identifier: BSL-1.0
// What a session sends: the room's messages, as its fanout has them go out, and its own notices.
#include "session/tcp_session.hpp"

#include "wire/notices.hpp"

#include <chatroom/wire/sender.hpp>

#include <boost/asio/post.hpp>

#include <cerrno>
#include <utility>

namespace chatroom::detail {
namespace {

disconnect_reason reason_of(int error) noexcept
{
    switch (error) {
    case ECONNRESET:
    case EPIPE: return disconnect_reason::reset;
    case ETIMEDOUT:
    case EHOSTUNREACH:
    case ENETUNREACH: return disconnect_reason::timed_out;
    default: return disconnect_reason::failed;
    }
}

}  // namespace

output::sent tcp_session::send(std::span<const std::string_view> pieces) noexcept
{
    const auto done = io().send(socket_.native_handle(), pieces);
    send_needs_read_ = done.needs == stream::wait::readable;
    traffic().sent_bytes.add(done.bytes);
    heard_ = heard_ || done.bytes != 0;
    return {done.bytes, done.error};
}

void tcp_session::on_blocked()
{
    told_of_loss_ = told_of_loss_ && !buffered().empty();
    send_needs_read_ ? look_at_input() : wait_writable();
}

void tcp_session::wait_writable()
{
    if (awaits_writable_) {
        return;
    }
    socket_.async_wait(tcp_stream::wait_write,
                       [self = boost::intrusive_ptr{this}](error_code) { self->on_writable(); });
    awaits_writable_ = true;
}

void tcp_session::on_writable() noexcept
try {
    awaits_writable_ = false;
    if (phase_ == phase::gone) {
        return;
    }
    if (receive_needs_write_) {
        receive_needs_write_ = false;
        look_at_input();
        if (reads()) {
            read();
        }
    }
    retry_send();
} catch (...) {
    on_exception();
}

void tcp_session::retry_send()
{
    if (!blocked() || awaits_writable_ || phase_ == phase::gone) {
        return;
    }
    clear_blocked();
    if (!flush_lines()) {
        return;
    }
    for_each_membership([this](membership& one) {
        auto& fanout = one.fanout();
        if (!blocked()) {
            fanout.serve(one.cursor(), shard_->now());
        }
        if (!blocked() || fanout.room().congested()) {
            fanout.schedule();  // the flush says anew whom the speakers wait for
        }
    });
    if (phase_ == phase::leaving && !blocked() && all_ended()) {
        say_goodbye();
    }
    if (pause_ == pause::output && !blocked()) {
        resume();
    }
}

void tcp_session::on_failed(int error) noexcept
{
    finish(reason_of(error));
}

void tcp_session::on_exception() noexcept
{
    shard_->report_exception("session", address());
    finish(disconnect_reason::out_of_memory);
}

void tcp_session::on_delivered(std::uint64_t messages) noexcept
{
    traffic().sent_messages.add(messages);
}

void tcp_session::on_skipped(cursor&, std::uint64_t messages) noexcept
{
    shard_->room().observer().skipped(id_, messages);
}

void tcp_session::append_gap(std::uint64_t messages)
{
    protocol_->append_line(buffer(), wire::server_name, wire::notices::skipped(messages));
}

void tcp_session::on_slow_consumer(cursor&)
{
    leave(disconnect_reason::slow_consumer);
}

void tcp_session::on_end(cursor& which)
{
    which.phase = cursor::state::ended;
    if (phase_ == phase::leaving && all_ended()) {
        say_goodbye();
    }
}

// Later, if what it says may take it out of the room: a fanout loses no cursor within a flush.
void tcp_session::on_relieved(cursor&)
{
    heard_ ? resume() : set_deadline(shard_->now());
}

// From one room of several it goes later: a fanout loses no cursor within a flush.
void tcp_session::on_room_closed(cursor& which)
{
    bool last = true;
    for_each_membership([&](membership& one) { last = last && one.room().closed(); });
    if (last && !(extras_ && extras_->requests)) {
        return leave(disconnect_reason::shutdown);
    }
    for_each_membership([&](membership& one) {
        if (&one.cursor() == &which) {
            asio::post(shard_->home().get_executor(),
                       [self = boost::intrusive_ptr{this}, room = one.fanout().shared_room()] {
                           try {
                               self->leave(*room, disconnect_reason::shutdown);
                           } catch (...) {
                               self->on_exception();
                           }
                       });
        }
    });
}

void tcp_session::send_line(std::string_view sender, std::string_view text)
{
    extras_->pending_lines += static_cast<std::uint32_t>(sender.size() + text.size() + 2);
    if (phase_ != phase::talking) {
        return;  // its last words are on their way
    }
    protocol_->append_line(buffer(), sender, text);
    flush_lines_soon();
}

void tcp_session::write(std::string_view bytes)
{
    if (phase_ == phase::talking) {
        buffer() += bytes;
        flush_lines_soon();
    }
}

// Behind the lines that are on their way to the strand, so that one send carries them all.
void tcp_session::flush_lines_soon()
{
    if (extras_->flush_posted) {
        return;
    }
    asio::post(shard_->home().get_executor(), [self = boost::intrusive_ptr{this}] {
        self->extras_->flush_posted = false;
        try {
            if (self->phase_ != phase::gone) {
                (void)self->flush_lines();
            }
        } catch (...) {
            self->on_exception();
        }
    });
    extras_->flush_posted = true;
}

// Sends what is buffered; returns whether nothing is left.
bool tcp_session::flush_lines()
{
    const bool all = flush();
    told_of_loss_ = told_of_loss_ && !all;
    if (all && extras_ && extras_->handle) {
        extras_->handle->take_pending(std::exchange(extras_->pending_lines, 0));
    }
    return all;
}

// One that takes nothing is told no more than its buffer may hold.
void tcp_session::notify(std::string_view text)
{
    if (buffered().size() > member_state::most_pending) {
        return;
    }
    protocol_->append_line(buffer(), wire::server_name, text);
    (void)flush_lines();
}

// One notice stands for all that are lost until it has gone out.
void tcp_session::notify_of_loss(std::string_view text)
{
    if (!told_of_loss_) {
        told_of_loss_ = true;
        notify(text);
    }
}

}  // namespace chatroom::detail
