// SPDX-License-Identifier: BSL-1.0
// The disconnect sequence of a session, and its end.
#include "session/tcp_session.hpp"

#include "wire/notices.hpp"

#include <boost/asio/post.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <utility>

namespace chatroom::detail {
namespace {

using namespace std::chrono_literals;

constexpr auto acknowledged_wait = 1s;  // from the last byte's acknowledgement to the close
constexpr auto acknowledged_poll = 250ms;

bool all_acknowledged(int fd) noexcept
{
    int unacknowledged = 0;
    return ::ioctl(fd, SIOCOUTQ, &unacknowledged) == 0 && unacknowledged == 0;
}

}  // namespace

void tcp_session::leave(disconnect_reason why) noexcept
{
    leave(why, wire::notices::closing(why));
}

void tcp_session::leave(disconnect_reason why, std::string_view last_words) noexcept
{
    if (phase_ != phase::joining && !is_here()) {
        return;
    }
    if (!connected_ && why != disconnect_reason::answered && why != disconnect_reason::end_of_file) {
        shard_->room().observer().refused(label_, why);
    }
    const auto& options = shard_->context().options;
    cancel_policy();
    phase_ = phase::leaving;
    reason_ = why;
    if (is_refused()) {
        extras_->refused.reset();
    }
    set_pause(pause::none);
    try {
        auto& x = more();
        x.left_at = shard_->now();
        x.last_words = last_words;
        x.held.clear();
        set_deadline(x.left_at + options.drain_timeout);
        const bool pending = why != disconnect_reason::slow_consumer;
        for_each_membership([&](membership& one) { one.fanout().end(one.cursor(), pending, x.left_at); });
        if (phase_ == phase::leaving && all_ended()) {
            say_goodbye();
        }
    } catch (...) {
        on_exception();
    }
    if (phase_ == phase::leaving && options.drain_timeout.count() == 0) {
        finish(why);
    }
}

// The policy is being asked about it, or runs its command: the answer is of no use any more.
void tcp_session::cancel_policy() noexcept
{
    if (extras_ && (phase_ == phase::joining || pause_ == pause::command)) {
        asio::post(shard_->home().get_executor(), [self = boost::intrusive_ptr{this}] {
            self->extras_->asked.emit(asio::cancellation_type::terminal);
        });
    }
}

// Everything that was published for it is in the socket. The last words come behind that, and then the end.
void tcp_session::say_goodbye()
{
    if (protocol_->has_output()) {
        protocol_->append_output(buffer());
    }
    protocol_->append_goodbye(buffer(), reason_, std::exchange(extras_->last_words, {}));
    if (flush_lines() && phase_ == phase::leaving) {
        eof_ ? finish(reason_) : start_linger();
    }
}

void tcp_session::start_linger()
{
    phase_ = phase::lingering;
    io().shutdown(socket_.native_handle());
    // The others hear that it left, and its name is free; later, since this may be within a flush.
    asio::post(shard_->home().get_executor(), [self = boost::intrusive_ptr{this}] { self->leave_rooms(); });
    linger();
    look_at_input();  // it reads from now on
}

void tcp_session::linger()
{
    const auto now = shard_->now();
    const auto last = extras_->left_at + shard_->context().options.drain_timeout;
    auto& acknowledged = extras_->acknowledged_since;
    if (!all_acknowledged(socket_.native_handle())) {
        acknowledged = time_source::time_point::max();
        return set_deadline(std::min(last, now + acknowledged_poll));
    }
    if (acknowledged == time_source::time_point::max()) {
        acknowledged = now;
    }
    if (now >= acknowledged + acknowledged_wait) {
        return finish(reason_);
    }
    set_deadline(std::min(last, acknowledged + acknowledged_wait));
}

void tcp_session::finish(disconnect_reason why) noexcept
{
    if (phase_ == phase::gone) {
        return;
    }
    if (phase_ == phase::joining ||
        (phase_ == phase::undecided && (is_refused() || io().handshake_end() != time_source::time_point::max()))) {
        shard_->room().observer().refused(label_, is_refused() ? extras_->why_refused : why);
        id_ = server_id;
    }
    if (is_here()) {
        reason_ = why;
    }
    cancel_policy();
    phase_ = phase::gone;
    set_pause(pause::none);
    for_each_membership([](membership& one) { one.cursor().phase = cursor::state::ended; });
    shard_->clear_deadline(*this, deadline_);
    error_code ignored;
    socket_.close(ignored);
}

}  // namespace chatroom::detail
