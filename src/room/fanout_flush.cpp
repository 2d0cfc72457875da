// SPDX-License-Identifier: BSL-1.0
// How a fanout sends its members what they are owed.
#include "room/fanout.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace chatroom::detail {

encoder& fanout::encoder_of(const cursor& which) noexcept
{
    if (which.encoding == 0) {
        return log_encoder_;
    }
    return *batch_encoders_[which.encoding - 1].second;
}

void fanout::clear_views() noexcept
{
    log_encoder_.clear();
    for (const auto& [format, made] : batch_encoders_) {
        made->clear();
    }
    view_.clear();
}

// No cursor leaves cursors_ within this: one that fails is ended, and removed later.
void fanout::flush(time_point now) noexcept
{
    if (room_->closed()) {
        announce_close();
    }
    if (cursors_.empty()) {
        return;
    }
    sending_ = true;
    more_ = behind_ = false;
    try {
        serve_all(now);
    } catch (...) {
        behind_ = true;
        room_->observer().error("flush", {}, std::current_exception());  // housekeeping flushes again
    }
    sending_ = false;
    clear_views();
    room_->resume_if_relieved();
    if (awaiting_relief_ != 0 && !room_->congested()) {
        relieve();
    }
    if (std::exchange(more_, false)) {
        schedule();
    }
}

void fanout::serve_all(time_point now)
{
    room_->view_since(lowest_, view_);
    const auto tail = view_.tail();
    auto lowest = tail;
    auto slowest = tail.byte;
    for (auto* one : cursors_) {
        if (!one->is_pending(tail)) {
            continue;
        }
        deliver(*one, now);
        behind_ = behind_ || one->is_pending(tail);
        const bool holds_speakers = one->phase == cursor::state::live &&
                                    (one->behind_since == cursor::not_behind || now - one->behind_since < behind_grace);
        if (holds_speakers && one->at.byte < slowest) {
            slowest = one->at.byte;
        }
        if (one->phase != cursor::state::ended && one->at.sequence < lowest.sequence) {
            lowest = one->at;
        }
    }
    lowest_ = lowest;
    flushed_to_ = tail;
    set_backpressure_mark(slowest);
}

void fanout::serve(cursor& which, time_point now) noexcept
{
    if (sending_) {
        more_ = true;
        return;
    }
    sending_ = true;
    try {
        room_->view_since(which.at, view_);
        deliver(which, now);
    } catch (...) {
        room_->observer().error("serve", {}, std::current_exception());
        more_ = behind_ = true;
    }
    sending_ = false;
    clear_views();
    if (std::exchange(more_, false)) {
        schedule();
    }
}

// A member that is refused memory for what a send left over can't go on.
void fanout::deliver(cursor& which, time_point now) noexcept
try {
    send_pending(which, now);
} catch (...) {
    which.out->on_exception();
}

void fanout::send_pending(cursor& which, time_point now)
{
    if (which.phase == cursor::state::ended) {
        return;
    }
    if (which.at.sequence < view_.oldest().sequence) {
        catch_up(which);
    }
    auto& out = *which.out;
    if (out.blocked()) {  // perhaps by another room, or by lines to this member alone
        return which.is_pending(view_.tail()) ? on_blocked(which, now) : void();
    }
    if (which.skipped != 0) {
        // The rest of a message that was cut goes out before the notice of the gap, and that before what is behind it.
        if (!out.flush()) {
            return on_blocked(which, now);
        }
        out.append_gap(std::exchange(which.skipped, 0));
    }
    const auto tail = view_.tail();
    const auto goal =
        which.phase == cursor::state::live || which.end >= tail.sequence ? tail : view_.position_of(which.end);
    if (which.at == goal && out.buffered().empty()) {
        which.behind_since = cursor::not_behind;
        return which.phase == cursor::state::ending ? out.on_end(which) : void();
    }
    const auto before = which.at.sequence;
    const auto& stretch = encoder_of(which).gather(view_, which.at, goal);
    const auto sent = out.write(stretch.view());
    if (which.phase == cursor::state::ended) {
        return;  // the stream has failed
    }
    if (sent == stretch.bytes && stretch.complete) {
        which.at = goal;
    } else if (sent != 0 || stretch.bytes == 0) {  // what has no bytes in this protocol moves the cursor too
        std::string_view rest;
        which.at = encoder_of(which).advance(view_, which.at, sent, rest);
        if (!rest.empty()) {
            out.buffer().assign(rest);
            if (!out.blocked()) {
                (void)out.flush();  // the turn's share cut it, and it may be the last
            }
        }
    }
    if (which.at.sequence != before) {
        out.on_delivered(which.at.sequence - before);
    }
    if (out.blocked()) {
        return on_blocked(which, now);
    }
    if (which.at != goal || !out.buffered().empty()) {
        more_ = true;  // the turn's share is used up
        return;
    }
    which.behind_since = cursor::not_behind;
    if (which.phase == cursor::state::ending) {
        out.on_end(which);
    }
}

void fanout::on_blocked(cursor& which, time_point now)
{
    behind_ = true;
    if (which.behind_since == cursor::not_behind) {
        which.behind_since = now;
        flush_no_later_than(now + behind_grace);
    }
}

void fanout::catch_up(cursor& which)
{
    const auto oldest = view_.oldest();
    const auto missed = oldest.sequence - which.at.sequence;
    if (policy_ == slow_consumer_policy::skip) {
        which.at = oldest;
        which.end = std::max(which.end, oldest.sequence);
        which.skipped += static_cast<std::uint32_t>(missed);
        return which.out->on_skipped(which, missed);
    }
    which.at = view_.tail();
    if (which.phase == cursor::state::ending) {
        which.end = which.at.sequence;
    } else {
        which.out->on_slow_consumer(which);
    }
}

}  // namespace chatroom::detail
