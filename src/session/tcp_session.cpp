// SPDX-License-Identifier: BSL-1.0
#include <chatroom/session/tcp_session.hpp>

#include <chatroom/endpoint.hpp>
#include <chatroom/wire/command.hpp>
#include <chatroom/wire/sender.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

namespace chatroom {
namespace {

using namespace std::chrono_literals;

constexpr auto acknowledged_wait = 1s;  // from the last byte's acknowledgement to the close
constexpr auto acknowledged_poll = 250ms;
constexpr auto rate_notice_every = 1min;

reason reason_of(int error) noexcept
{
    switch (error) {
    case ECONNRESET:
    case EPIPE: return reason::reset;
    case ETIMEDOUT:
    case EHOSTUNREACH:
    case ENETUNREACH: return reason::timed_out;
    default: return reason::failed;
    }
}

int pending_error(int fd) noexcept
{
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

bool all_acknowledged(int fd) noexcept
{
    int unacknowledged = 0;
    return ::ioctl(fd, SIOCOUTQ, &unacknowledged) == 0 && unacknowledged == 0;
}

}  // namespace

tcp_session::tcp_session(std::shared_ptr<tcp_shard> shard, connection&& accepted)
    : shard_{std::move(shard)},
      stream_{std::move(accepted.stream)},
      label_{to_label(accepted.peer)},
      address_{shard_->context().addresses.key_of(accepted.peer.address())},
      framer_{shard_->room().options().max_message}
{
}

// Runs within ~io_context too, where it may post nothing and tell nobody.
tcp_session::~tcp_session()
{
    settle();
}

// Takes the session out of every account it is in.
void tcp_session::settle() noexcept
{
    shard_->clear_deadline(*this);
    shard_->dismiss(*this);
    if (counted_) {
        shard_->context().addresses.leave(address_);
    }
    if (member_) {
        shard_->room().leave();
        shard_->context().seats.give_back();
    }
    counted_ = member_ = false;
}

task<> tcp_session::run(boost::intrusive_ptr<tcp_session> self)
{
    auto& s = *self;
    try {
        s.join();
        if (s.reads()) {
            s.read();  // the first word is often there already: this saves a round of the poller
        }
    } catch (...) {
        s.shard_->report_exception("join");
        s.finish(reason::out_of_memory);
    }
    while (s.phase_ != phase::gone) {
        // A wait that is refused memory would destroy this coroutine: it has its own.
        const auto begin = [&s](auto handler) {
            s.stream_.async_wait(s.reads() ? tcp_stream::wait_read : tcp_stream::wait_error,
                                 with_memory(s.read_memory_, std::move(handler)));
        };
        constexpr auto token = asio::as_tuple(asio::deferred);
        const auto [ec] = co_await asio::async_initiate<decltype(token), void(error_code)>(begin, token);
        try {
            s.on_ready(ec);
        } catch (...) {
            s.shard_->report_exception("session");
            s.finish(reason::out_of_memory);
        }
    }
    s.settle();
    if (s.id_ != room_itself) {
        s.shard_->room().observer().left(s.id_, s.label_, s.reason_);
    }
}

void tcp_session::join()
{
    try {
        if (!enter()) {
            return;
        }
    } catch (...) {  // it was never in
        shard_->report_exception("join");
        shard_->room().observer().refused(label_, reason::out_of_memory);
        id_ = room_itself;
        return finish(reason::out_of_memory);
    }
    shard_->room().observer().joined(id_, label_);
}

// Whether it is a member now; else it has been refused.
bool tcp_session::enter()
{
    auto& context = shard_->context();
    if (shard_->draining() || shard_->room().closed()) {
        return refuse(reason::drained, "the room is closing");
    }
    counted_ = context.addresses.enter(address_);
    if (!counted_) {
        return refuse(reason::address_full, "too many members from your address");
    }
    if (!context.seats.take()) {
        return refuse(reason::room_full, "the room is full");
    }
    id_ = shard_->room().enter();
    member_ = true;
    position_ = shard_->room().tail();
    if (context.options.replay > 0) {
        log_view past;
        shard_->room().view_since(shard_->room().oldest(), past);
        position_ = past.back(past.tail(), context.options.replay);
        shard_->schedule();
    }
    shard_->enroll(*this);
    return true;
}

// One that is refused memory for its last words too goes without.
bool tcp_session::refuse(reason why, std::string_view last_words) noexcept
{
    shard_->room().observer().refused(label_, why);
    position_ = shard_->room().tail();
    try {
        shard_->enroll(*this);
        leave(why, last_words);
    } catch (...) {
        shard_->report_exception("refuse");
        finish(why);
    }
    return false;
}

// Hearing the peer

bool tcp_session::reads() const noexcept
{
    return !eof_ && ((phase_ == phase::talking && pause_ == pause::none) ||
                     (phase_ == phase::lingering && discarded_ < shard_->context().options.discard));
}

void tcp_session::on_ready(error_code ec)
{
    if (phase_ == phase::gone || ec == asio::error::operation_aborted) {
        return;  // woken to look at what it waits for
    }
    if (ec) {
        return finish(reason_of(ec.value()));
    }
    if (reads()) {
        return read();
    }
    // Not reading, and yet something came up: the socket is in error, or both sides are shut down.
    const int error = pending_error(stream_.native_handle());
    finish(error == 0 ? reason::reset : reason_of(error));
}

void tcp_session::read()
{
    const auto buffer = shard_->home().read_buffer();
    const auto n = ::recv(stream_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            finish(reason_of(errno));
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
        case wire::line_framer::result::endless: leave(reason::endless_line, "your line has no end: goodbye"); break;
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
    if (first_line_ && framer_.line_peer() && wire::is_http(line)) {
        return leave(reason::not_chat, "this is a chat room, not a web server");
    }
    if (wire::is_quit(line)) {
        return leave(reason::quit);
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
        return leave(reason::drained, "the room is closing");
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
    leave(reason::end_of_file);
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
    } else if (shard_->room().pressed()) {
        set_pause(pause::pressure);
        shard_->clear_deadline(*this);
        shard_->room().wait_for_ease();
        shard_->schedule();  // the flush looks again, should the pressure have ended in between
    }
    return pause_ != pause::none;
}

void tcp_session::hold_back(std::string_view bytes)
{
    pending_.edit().assign(bytes);
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
    shard_->count_pressed((why == pause::pressure) - (pause_ == pause::pressure));
    pause_ = why;
}

void tcp_session::set_line_deadline()
{
    const auto& options = shard_->context().options;
    const auto line_end = since_ + options.line_time;
    shard_->set_deadline(*this, framer_.line_peer() ? line_end : std::min(line_end, shard_->now() + options.quiet_gap));
}

void tcp_session::on_deadline()
{
    const auto now = shard_->now();
    switch (phase_) {
    case phase::talking:
        if (pause_ != pause::none) {
            return resume();
        }
        if (now >= since_ + shard_->context().options.line_time) {
            return leave(reason::line_time, "your line took too long: goodbye");
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
        if (now >= since_ + shard_->context().options.drain) {
            return finish(reason_);
        }
        return phase_ == phase::lingering ? linger()
                                          : shard_->set_deadline(*this, since_ + shard_->context().options.drain);
    case phase::gone: return;
    }
}

// Telling the peer

void tcp_session::notify(notice kind, std::string_view text)
{
    if ((notices_ & kind) != 0) {
        return;
    }
    notices_ = static_cast<std::uint8_t>(notices_ | kind);
    side_.edit().append(wire::room_sender).append("\n").append(text).append("\n");
    shard_->serve(*this);
}

void tcp_session::leave(reason why, std::string_view last_words)
{
    if (phase_ != phase::talking) {
        return;
    }
    phase_ = phase::leaving;
    reason_ = why;
    set_pause(pause::none);
    pending_.clear();
    since_ = shard_->now();
    // A member cut as slow, or never let in, is owed nothing.
    end_ = why == reason::slow || id_ == room_itself ? position_ : shard_->room().tail();
    if (!last_words.empty()) {
        // Not before what is still owed from the log: on_sent_all() puts the words behind it.
        pending_.edit().append(wire::room_sender).append("\n").append(last_words).append("\n");
    }
    shard_->set_deadline(*this, since_ + shard_->context().options.drain);
    shard_->serve(*this);
    if (phase_ == phase::leaving && shard_->context().options.drain.count() == 0) {
        finish(why);
    }
}

// Everything up to the goal is in the socket.
void tcp_session::on_sent_all()
{
    notices_ = 0;
    if (phase_ != phase::leaving) {
        return;
    }
    if (!pending_.empty()) {
        side_ = std::exchange(pending_, {});
        return shard_->serve(*this);
    }
    if (eof_) {
        return finish(reason_);
    }
    phase_ = phase::lingering;
    error_code ignored;
    stream_.shutdown(tcp_stream::shutdown_send, ignored);
    behind_since_ = time_source::time_point::max();
    linger();
    stream_.cancel(ignored);  // the coroutine reads from now on
}

void tcp_session::linger()
{
    const auto now = shard_->now();
    const auto last = since_ + shard_->context().options.drain;
    if (!all_acknowledged(stream_.native_handle())) {
        behind_since_ = time_source::time_point::max();
        return shard_->set_deadline(*this, std::min(last, now + acknowledged_poll));
    }
    if (behind_since_ == time_source::time_point::max()) {
        behind_since_ = now;  // here: since when all is acknowledged
    }
    if (now >= behind_since_ + acknowledged_wait) {
        return finish(reason_);
    }
    shard_->set_deadline(*this, std::min(last, behind_since_ + acknowledged_wait));
}

void tcp_session::wait_writable() noexcept
{
    blocked_ = true;
    if (armed_) {
        return;
    }
    try {
        if (!write_memory_) {
            write_memory_ = std::make_unique<operation_memory>();
        }
        auto writable = [self = boost::intrusive_ptr{this}](error_code) { self->shard_->on_writable(*self); };
        stream_.async_wait(tcp_stream::wait_write, with_memory(*write_memory_, std::move(writable)));
        armed_ = true;
    } catch (...) {
        shard_->report_exception("wait for write");  // the shard's next flush tries again
    }
}

void tcp_session::finish(reason why) noexcept
{
    if (phase_ == phase::gone) {
        return;
    }
    if (phase_ == phase::talking) {
        reason_ = why;
    }
    phase_ = phase::gone;
    set_pause(pause::none);
    shard_->clear_deadline(*this);
    error_code ignored;
    stream_.close(ignored);
}

}  // namespace chatroom
