// SPDX-License-Identifier: BSL-1.0
// What a session hears: its peer's lines, and when they are held back.
#include <chatroom/session/tcp_session.hpp>

#include "../serve/sockets.hpp"

#include <chatroom/wire/command.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace chatroom {
namespace {

using namespace std::chrono_literals;

constexpr auto rate_notice_every = 1min;

}  // namespace

bool tcp_session::reads() const noexcept
{
    return !eof_ && ((phase_ == phase::talking && pause_ == pause::none) ||
                     (phase_ == phase::lingering && discarded_ < shard_->context().options.linger_read_limit));
}

void tcp_session::on_ready(error_code ec)
{
    if (phase_ == phase::gone || ec == asio::error::operation_aborted) {
        return;  // woken to look at what it waits for
    }
    if (ec) {
        return fail(ec.value());
    }
    if (reads()) {
        return read();
    }
    // Not reading, and yet something came up: the socket is in error, or both sides are shut down.
    const int error = take_error(stream_.native_handle());
    error == 0 ? finish(disconnect_reason::reset) : fail(error);
}

void tcp_session::read()
{
    const auto buffer = shard_->home().read_buffer();
    const auto n = ::recv(stream_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            fail(errno);
        }
        return;
    }
    if (phase_ == phase::lingering) {
        discarded_ += static_cast<std::uint32_t>(n);
        return n == 0 ? finish(reason_) : void();
    }
    if (n == 0) {
        return on_end_of_file();
    }
    const auto left = telnet_.filter(buffer.first(static_cast<std::size_t>(n)));
    consume({buffer.data(), left});
}

void tcp_session::consume(std::string_view bytes)
{
    const bool was_open = framer_.open();
    while (phase_ == phase::talking && !bytes.empty()) {
        if (must_pause()) {
            return hold_back(bytes);
        }
        switch (framer_.next(bytes)) {
        case wire::line_framer::result::line:
            hear(framer_.text());
            first_line_ = false;
            break;
        case wire::line_framer::result::too_long:
            shard_->room().observer().dropped(id_, error::text_too_long);
            notify(notice_too_long, "your message is too long and was not passed on");
            break;
        case wire::line_framer::result::endless:
            leave(disconnect_reason::unterminated_line, "your line has no end: goodbye");
            break;
        case wire::line_framer::result::need_more: break;
        }
    }
    if (phase_ == phase::talking) {
        if (!framer_.open()) {
            shard_->clear_deadline(*this);
        } else {
            if (!was_open || deadline_ == time_source::time_point::max()) {
                since_ = shard_->now();
            }
            set_line_deadline();
        }
    }
}

void tcp_session::hear(std::string_view line)
{
    if (first_line_ && framer_.sends_newlines() && wire::is_http_request(line)) {
        return leave(disconnect_reason::wrong_protocol, "this is a chat room, not a web server");
    }
    if (wire::is_quit(line)) {
        return leave(disconnect_reason::quit);
    }
    say(line);
}

void tcp_session::say(std::string_view text)
{
    const auto ec = shard_->room().publish(id_, label_, text);
    if (!ec) {
        (void)bucket_.take(shard_->now(), shard_->context().rate);
        return;
    }
    if (ec == error::empty_text) {
        return;
    }
    if (ec == error::closed) {
        return leave(disconnect_reason::shutdown, "the room is closing");
    }
    shard_->room().observer().dropped(id_, ec);
    notify(notice_too_long, ec == error::text_too_long ? "your message is too long and was not passed on"
                                                       : "your message could not be passed on");
}

void tcp_session::on_end_of_file()
{
    eof_ = true;
    if (framer_.finish() == wire::line_framer::result::line) {
        hear(framer_.text());
    }
    leave(disconnect_reason::end_of_file);
}

bool tcp_session::must_pause()
{
    const auto now = shard_->now();
    if (const auto token = bucket_.next(now, shard_->context().rate); token > now) {
        set_pause(pause::rate);
        shard_->set_deadline(*this, token);
        shard_->room().observer().throttled(id_);
        if (rate_told_ == time_source::time_point::min() || now - rate_told_ >= rate_notice_every) {
            rate_told_ = now;
            notify(notice_rate, "you are sending faster than this room allows: your messages are held back");
        }
    } else if (shard_->room().congested()) {
        set_pause(pause::backpressure);
        shard_->clear_deadline(*this);
        shard_->room().request_resume();
        shard_->schedule();  // the flush looks again, should the pressure have ended in between
    }
    return pause_ != pause::none;
}

void tcp_session::hold_back(std::string_view bytes)
{
    pending_.get().assign(bytes);
}

// The coroutine waits for an error of the socket meanwhile; cancel() makes it look again, and read.
void tcp_session::resume()
{
    set_pause(pause::none);
    shard_->clear_deadline(*this);
    const auto held = std::exchange(pending_, {});
    consume(held.view());
    if (reads()) {
        error_code ignored;
        stream_.cancel(ignored);
    }
}

void tcp_session::set_pause(pause why) noexcept
{
    shard_->count_congested((why == pause::backpressure) - (pause_ == pause::backpressure));
    pause_ = why;
}

void tcp_session::set_line_deadline()
{
    const auto& options = shard_->context().options;
    const auto line_end = since_ + options.line_timeout;
    shard_->set_deadline(*this,
                         framer_.sends_newlines() ? line_end : std::min(line_end, shard_->now() + options.message_gap));
}

void tcp_session::on_deadline()
{
    const auto now = shard_->now();
    switch (phase_) {
    case phase::talking:
        if (pause_ != pause::none) {
            return resume();
        }
        if (now >= since_ + shard_->context().options.line_timeout) {
            return leave(disconnect_reason::line_timeout, "your line took too long: goodbye");
        }
        if (must_pause()) {
            return;  // resume() comes back to the open line
        }
        if (framer_.finish() == wire::line_framer::result::line) {
            hear(framer_.text());
        }
        return;
    case phase::leaving:
    case phase::lingering:
        if (now >= since_ + shard_->context().options.drain_timeout) {
            return finish(reason_);
        }
        return phase_ == phase::lingering
                   ? linger()
                   : shard_->set_deadline(*this, since_ + shard_->context().options.drain_timeout);
    case phase::gone: return;
    }
}

}  // namespace chatroom
