// SPDX-License-Identifier: BSL-1.0
// What a session's peer has asked for: commands, requests, messages.
#include "session/tcp_session.hpp"

#include "wire/notices.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace chatroom::detail {

// Nothing more of this member is executed until the command is done, and what it has asked of the member.
void tcp_session::run_command(std::string_view line)
{
    (void)bucket_.take(shard_->now(), shard_->context().rate);
    try {
        auto running = shard_->room().policy().command(handle(), std::string{line});
        if (!running.valid() && extras_->handle->settled()) {
            return;
        }
        wait_for(std::move(running), "command");
    } catch (...) {
        shard_->report_exception("command", address());
        set_pause(pause::none);
    }
}

void tcp_session::run_request(std::string_view request)
{
    auto running = shard_->context().wire.execute(*extras_->requests, *protocol_, std::string{request});
    if (running.valid()) {
        wait_for(std::move(running), "request");
    }
}

// Nothing more of the peer is executed until it has completed. A failed request would leave its peer without an answer.
void tcp_session::wait_for(boost::asio::awaitable<void> running, std::string_view where)
{
    set_pause(pause::command);
    shard_->clear_deadline(*this, deadline_);
    if (!running.valid()) {
        return resume_behind_command();
    }
    const auto done = [self = boost::intrusive_ptr{this}, where](const std::exception_ptr& failure) {
        if (failure && to_error_code(failure) != asio::error::operation_aborted) {
            self->shard_->room().observer().error(where, self->address(), failure);
            if (self->extras_->requests) {
                self->leave(disconnect_reason::failed);
            }
        }
        self->resume_behind_command();
    };
    const asio::any_io_executor strand{shard_->home().get_executor()};
    asio::co_spawn(strand, std::move(running), asio::bind_cancellation_slot(extras_->asked.slot(), done));
}

// Behind what the command has asked of its member.
void tcp_session::resume_behind_command()
{
    asio::post(shard_->home().get_executor(), [self = boost::intrusive_ptr{this}] {
        self->extras_->asked.slot().clear();  // its memory goes too: the member may be idle from now on
        try {
            self->resume();
        } catch (...) {
            self->on_exception();
        }
    });
}

void tcp_session::say(std::string_view text)
{
    std::string words;
    const auto ec = publish(spoken_in(), text, words);
    if (!ec || ec == error::refused || ec == error::muted) {
        (void)bucket_.take(shard_->now(), shard_->context().rate);
    }
    if (!ec || ec == error::empty_text) {
        return;
    }
    if (ec == error::closed) {
        return on_room_closed(spoken_in().cursor());
    }
    shard_->room().observer().dropped(id_, ec);
    if (ec == error::refused) {
        return words.empty() ? void() : notify(words);
    }
    notify_of_loss(ec == error::text_too_long ? wire::notices::too_long
                   : ec == error::muted       ? wire::notices::muted
                                              : wire::notices::not_passed_on);
}

// One that has requests is not held back, but told.
error_code tcp_session::say_in(membership& where, std::string_view text, std::string& words)
{
    const auto now = shard_->now();  // once: without a rate next() returns it
    if (bucket_.next(now, shard_->context().rate) > now) {
        shard_->room().observer().throttled(id_);
        return error::rate_limited;
    }
    if (where.room().congested()) {
        return error::would_block;
    }
    (void)bucket_.take(now, shard_->context().rate);
    const auto ec = publish(where, text, words);
    if (ec) {
        shard_->room().observer().dropped(id_, ec);
    }
    return ec;
}

error_code tcp_session::publish(membership& where, std::string_view text, std::string& words)
{
    auto& room = where.room();
    if (extras_ && extras_->muted_until > shard_->now()) {
        return error::muted;
    }
    const auto ec = room.policy().submit ? room.submit(handle(), label_, text, words)
                                         : room.publish({.member = id_, .sender = label_, .text = text});
    traffic().received_messages.add(ec ? 0 : 1);
    return ec;
}

void tcp_session::mute(std::chrono::milliseconds duration)
{
    more().muted_until = later(shard_->now(), duration);
}

}  // namespace chatroom::detail
