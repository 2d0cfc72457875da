// SPDX-License-Identifier: BSL-1.0
// What a shard tells: the flushes.
#include <chatroom/session/tcp_shard.hpp>

#include <chatroom/session/tcp_session.hpp>
#include <chatroom/wire/sender.hpp>

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

namespace chatroom {
namespace {

constexpr std::size_t bytes_per_turn = 256 * 1024;  // to one member in one flush

ssize_t send_some(int fd, std::string_view side, const std::string_view* pieces, std::size_t count) noexcept
{
    if (side.empty() && count == 1) {
        return ::send(fd, pieces->data(), pieces->size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    std::array<iovec, 9> parts;
    std::size_t n = 0;
    const auto add = [&](std::string_view bytes) { parts[n++] = {const_cast<char*>(bytes.data()), bytes.size()}; };
    if (!side.empty()) {
        add(side);
    }
    std::for_each_n(pieces, count, add);
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = n;
    return ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace

// No session leaves sessions_ within this loop: a session that finishes here is removed by its own coroutine later.
void tcp_shard::flush() noexcept
{
    clear_scheduled();
    flush_members();
}

void tcp_shard::flush_members() noexcept
{
    apply_stop_request();
    if (sessions_.empty()) {
        return;
    }
    sending_ = true;
    more_ = false;
    behind_ = false;
    try {
        room().view_since(lowest_, view_);
        gathered_.count = 0;
        const auto tail = view_.tail();
        const auto time = now();
        auto lowest = tail;
        auto slowest = tail.byte;
        for (auto* session : sessions_) {
            if (session->needs_delivery(tail)) {
                deliver(*session);
                behind_ = behind_ || session->needs_delivery(tail);
                if (session->holds_speakers(time) && session->position_.byte < slowest) {
                    slowest = session->position_.byte;
                }
                if (session->in_log() && session->position_.sequence < lowest.sequence) {
                    lowest = session->position_;
                }
            }
        }
        lowest_ = lowest;
        flushed_to_ = tail;
        set_backpressure_mark(slowest);
    } catch (...) {
        behind_ = true;
        report_exception("flush");  // the members stand where they stood; housekeeping flushes again
    }
    sending_ = false;
    view_.clear();
    room().resume_if_relieved();
    if (congested_ != 0 && !room().congested()) {
        resume_readers();
    }
    if (std::exchange(more_, false)) {
        schedule();
    }
}

void tcp_shard::resume_readers() noexcept
{
    for (auto* session : sessions_) {
        if (session->pause_ == tcp_session::pause::backpressure) {
            try {
                session->resume();
            } catch (...) {
                report_exception("resume", session->label());
                session->finish(disconnect_reason::out_of_memory);
            }
        }
    }
}

void tcp_shard::serve(tcp_session& session) noexcept
{
    if (sending_) {
        more_ = true;
        return;
    }
    sending_ = true;
    try {
        room().view_since(session.position_, view_);
        gathered_.count = 0;
        deliver(session);
    } catch (...) {
        report_exception("serve", session.label());
        more_ = behind_ = true;
    }
    sending_ = false;
    if (std::exchange(more_, false)) {
        schedule();
    }
}

void tcp_shard::on_writable(tcp_session& session) noexcept
{
    session.armed_ = false;
    session.blocked_ = false;
    serve(session);
    if (!session.armed_) {
        session.write_memory_.reset();
    }
    if (!session.blocked_ || room().congested()) {
        schedule();  // the flush says anew whom the speakers wait for
    }
}

const tcp_shard::gathered& tcp_shard::gather(position from, position end)
{
    if (gathered_.count == 0 || gathered_.from != from || gathered_.end != end) {
        gathered_.from = from;
        gathered_.end = end;
        gathered_.count = view_.gather(from, end, bytes_per_turn, gathered_.pieces);
        gathered_.bytes = 0;
        for (std::size_t i = 0; i < gathered_.count; ++i) {
            gathered_.bytes += gathered_.pieces[i].size();
        }
    }
    return gathered_;
}

// A session that is refused memory for what a send left over can't go on.
void tcp_shard::deliver(tcp_session& session) noexcept
try {
    send_pending(session);
} catch (...) {
    report_exception("deliver", session.label());
    session.finish(disconnect_reason::out_of_memory);
}

void tcp_shard::send_pending(tcp_session& session)
{
    using phase = tcp_session::phase;
    if (session.phase_ != phase::talking && session.phase_ != phase::leaving) {
        return;
    }
    if (session.position_.sequence < view_.oldest().sequence) {
        catch_up(session);
        if (session.phase_ != phase::talking && session.phase_ != phase::leaving) {
            return;
        }
    }
    if (session.blocked_ && session.armed_) {
        return;
    }
    session.blocked_ = false;  // or its wait was refused memory: each flush tries what it takes now
    if (session.skipped_ != 0 && session.output_buffer_.empty()) {
        session.output_buffer_.get()
            .append(wire::server_name)
            .append("\nyou were too slow: ")
            .append(std::to_string(std::exchange(session.skipped_, 0)))
            .append(" messages were skipped\n");
    }
    const auto goal = session.goal(view_.tail());
    std::size_t count = 0;
    std::size_t owed = 0;
    const std::string_view* pieces = nullptr;
    // A message cut by the socket is finished before the notice of a gap, and that goes out before what comes after it.
    const bool gap_untold = session.skipped_ != 0;
    if (session.position_ != goal && !gap_untold) {
        const auto& ranges = gather(session.position_, goal);
        pieces = ranges.pieces.data();
        count = ranges.count;
        owed = ranges.bytes;
    }
    const auto side = session.output_buffer_.view().size();
    if (side + owed == 0) {
        return session.on_sent_all();
    }
    const auto n = send_some(session.stream_.native_handle(), session.output_buffer_.view(), pieces, count);
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS && errno != ENOMEM) {
            return session.fail(errno);
        }
        return block(session);
    }
    const auto sent = static_cast<std::size_t>(n);
    if (sent >= side) {
        session.output_buffer_.clear();
    } else {
        session.output_buffer_.get().erase(0, sent);
    }
    if (sent > side) {
        if (sent == side + owed && gathered_.bytes == goal.byte - session.position_.byte) {
            session.position_ = goal;
        } else {
            std::string_view rest;
            session.position_ = view_.advance(session.position_, sent - side, rest);
            if (!rest.empty()) {
                session.output_buffer_.get().assign(rest);
            }
        }
    }
    if (sent < side + owed) {
        return block(session);
    }
    if (session.position_ != goal || !session.output_buffer_.empty()) {
        more_ = true;
        return;
    }
    session.behind_since_ = time_source::time_point::max();
    session.on_sent_all();
}

void tcp_shard::block(tcp_session& session)
{
    behind_ = true;
    if (session.behind_since_ == time_source::time_point::max()) {
        session.behind_since_ = now();
        timer_.expires_no_later_than(session.behind_since_ + tcp_session::behind_grace);
    }
    session.wait_writable();
}

void tcp_shard::catch_up(tcp_session& session)
{
    const auto oldest = view_.oldest();
    const auto missed = oldest.sequence - session.position_.sequence;
    if (context_->options.slow_consumer == slow_consumer_policy::skip) {
        session.position_ = oldest;
        if (session.phase_ == tcp_session::phase::leaving && session.end_.sequence < oldest.sequence) {
            session.end_ = oldest;
        }
        session.skipped_ += static_cast<std::uint32_t>(missed);
        room().observer().skipped(session.id_, missed);
        return;
    }
    if (session.phase_ == tcp_session::phase::leaving) {
        session.position_ = session.end_ = view_.tail();
        return;
    }
    session.position_ = view_.tail();
    session.leave(disconnect_reason::slow_consumer, "you were too slow: goodbye");
}

}  // namespace chatroom
