// SPDX-License-Identifier: BSL-1.0
// A session: joining, the disconnect sequence, and its end.
#include <chatroom/session/tcp_session.hpp>

#include <chatroom/endpoint.hpp>
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
    accepted.load.release();
}

// Runs within ~io_context too, where it may post nothing and tell nobody.
tcp_session::~tcp_session()
{
    release_accounting();
    shard_->home().remove_connection();
}

// Takes the session out of every account it is in.
void tcp_session::release_accounting() noexcept
{
    shard_->clear_deadline(*this);
    shard_->remove(*this);
    if (counted_) {
        shard_->context().addresses.leave(address_);
    }
    if (member_) {
        shard_->room().leave();
        shard_->context().seats.give_back();
    }
    counted_ = member_ = false;
}

// What run() waits for. A wait that is refused memory would destroy the coroutine: it has its own.
struct tcp_session::readiness {
    tcp_session& session;

    template <typename Handler>
    void operator()(Handler handler) const
    {
        session.stream_.async_wait(session.reads() ? tcp_stream::wait_read : tcp_stream::wait_error,
                                   with_memory(session.read_memory_, std::move(handler)));
    }
};

task<> tcp_session::run(boost::intrusive_ptr<tcp_session> self)
{
    auto& s = *self;
    try {
        s.join();
        if (s.reads()) {
            s.read();  // the first word is often there already: this saves a round of the poller
        }
    } catch (...) {
        s.shard_->report_exception("join", s.label_);
        s.finish(disconnect_reason::out_of_memory);
    }
    while (s.phase_ != phase::gone) {
        const readiness begin{s};
        constexpr auto token = asio::as_tuple(asio::deferred);
        const auto [ec] = co_await asio::async_initiate<decltype(token), void(error_code)>(begin, token);
        try {
            s.on_ready(ec);
        } catch (...) {
            s.shard_->report_exception("session", s.label_);
            s.finish(disconnect_reason::out_of_memory);
        }
    }
    s.release_accounting();
    if (s.id_ != server_id) {
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
        shard_->report_exception("join", label_);
        shard_->room().observer().refused(label_, disconnect_reason::out_of_memory);
        id_ = server_id;
        return finish(disconnect_reason::out_of_memory);
    }
    shard_->room().observer().joined(id_, label_);
}

// Whether it is a member now; else it has been refused.
bool tcp_session::enter()
{
    auto& context = shard_->context();
    if (shard_->draining() || shard_->room().closed()) {
        return refuse(disconnect_reason::shutdown, "the room is closing");
    }
    counted_ = context.addresses.enter(address_);
    if (!counted_) {
        return refuse(disconnect_reason::address_limit, "too many members from your address");
    }
    position_ = shard_->room().tail();  // first, so that who sees it counted knows that it hears what comes next
    if (context.options.replay > 0) {
        log_view past;
        shard_->room().view_since(shard_->room().oldest(), past);
        position_ = past.back(past.tail(), context.options.replay);
        shard_->schedule();
    }
    if (!context.seats.take()) {
        return refuse(disconnect_reason::room_full, "the room is full");
    }
    id_ = shard_->room().enter();
    member_ = true;
    shard_->add(*this);
    return true;
}

// One that is refused memory for its last words too goes without.
bool tcp_session::refuse(disconnect_reason why, std::string_view last_words) noexcept
{
    shard_->room().observer().refused(label_, why);
    position_ = shard_->room().tail();
    try {
        shard_->add(*this);
        leave(why, last_words);
    } catch (...) {
        shard_->report_exception("refuse", label_);
        finish(why);
    }
    return false;
}

void tcp_session::notify(notice kind, std::string_view text)
{
    if ((notices_ & kind) != 0) {
        return;
    }
    notices_ = static_cast<std::uint8_t>(notices_ | kind);
    output_buffer_.get().append(wire::server_name).append("\n").append(text).append("\n");
    shard_->serve(*this);
}

void tcp_session::leave(disconnect_reason why, std::string_view last_words)
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
    end_ = why == disconnect_reason::slow_consumer || id_ == server_id ? position_ : shard_->room().tail();
    if (!last_words.empty()) {
        // Not before what is still owed from the log: on_sent_all() puts the words behind it.
        pending_.get().append(wire::server_name).append("\n").append(last_words).append("\n");
    }
    shard_->set_deadline(*this, since_ + shard_->context().options.drain_timeout);
    shard_->serve(*this);
    if (phase_ == phase::leaving && shard_->context().options.drain_timeout.count() == 0) {
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
        output_buffer_ = std::exchange(pending_, {});
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
    const auto last = since_ + shard_->context().options.drain_timeout;
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
            write_memory_ = std::make_unique<handler_memory>();
        }
        auto writable = [self = boost::intrusive_ptr{this}](error_code) { self->shard_->on_writable(*self); };
        stream_.async_wait(tcp_stream::wait_write, with_memory(*write_memory_, std::move(writable)));
        armed_ = true;
    } catch (...) {
        shard_->report_exception("wait for write", label_);  // the shard's next flush tries again
    }
}

void tcp_session::fail(int error) noexcept
{
    finish(reason_of(error));
}

void tcp_session::finish(disconnect_reason why) noexcept
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
