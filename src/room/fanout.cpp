// SPDX-License-Identifier: BSL-1.0
// A fanout's members: who comes and goes, and who waits for the end of a congestion.
#include "room/fanout.hpp"

#include "room/member_collector.hpp"

#include <algorithm>
#include <utility>

namespace chatroom::detail {

namespace {

position place_in(const log_view& past, const log_start& from)
{
    const bool is_there = from.sequence && *from.sequence >= past.oldest().sequence;
    return past.back(is_there ? past.position_of(*from.sequence) : past.tail(), from.replay);
}

}  // namespace

fanout::fanout(std::shared_ptr<room_state> room, slow_consumer_policy policy) : room_{std::move(room)}, policy_{policy}
{
}

bool fanout::idle() const noexcept
{
    return detached_ || (members_ == 0 && !room_->closed());
}

void fanout::detach() noexcept
{
    detached_ = true;  // should the room have no memory for a list without it
    room_->remove(this);
}

// 0 is the log's own bytes.
std::uint16_t fanout::encoder_for(const wire::message_format* format)
{
    if (format == nullptr) {
        return 0;
    }
    const auto known = std::ranges::find(batch_encoders_, format, [](const auto& one) { return one.first; });
    const auto index = known - batch_encoders_.begin();
    if (known == batch_encoders_.end()) {
        batch_encoders_.emplace_back(format, std::make_unique<batch_encoder>(*format));
    }
    return static_cast<std::uint16_t>(index + 1);
}

void fanout::add(cursor& which, output& out, const wire::message_format* format, const log_start& from)
{
    which.encoding = encoder_for(format);
    which.out = &out;
    log_view past;
    const bool reads_back = from.replay > 0 || from.sequence;
    if (reads_back) {
        room_->view_since(room_->oldest(), past);
    }
    cursors_.push_back(&which);
    which.index = static_cast<std::uint32_t>(cursors_.size() - 1);
    which.phase = cursor::state::live;
    ++members_;  // before the position is read: see log_reader::idle()
    which.at = reads_back ? place_in(past, from) : room_->tail();
    if (cursors_.size() == 1 || which.at.sequence < lowest_.sequence) {
        lowest_ = which.at;
    }
    if (cursors_.size() == 1) {
        set_backpressure_mark(room_->tail().byte);
    }
    if (reads_back) {
        schedule();
    }
}

void fanout::remove(cursor& which) noexcept
{
    if (which.index == cursor::not_added) {
        return;
    }
    cancel_relief(which);
    which.phase = cursor::state::ended;
    cursors_[which.index] = cursors_.back();
    cursors_[which.index]->index = which.index;
    cursors_.pop_back();
    which.index = cursor::not_added;
    --members_;
    if (cursors_.empty()) {
        set_backpressure_mark(no_mark);
    }
}

void fanout::end(cursor& which, bool pending, time_point now) noexcept
{
    if (which.phase != cursor::state::live) {
        return;
    }
    cancel_relief(which);
    which.end = pending ? room_->tail().sequence : which.at.sequence;
    which.phase = cursor::state::ending;
    serve(which, now);
}

void fanout::await_relief(cursor& which) noexcept
{
    if (!std::exchange(which.awaits_relief, true)) {
        ++awaiting_relief_;
    }
    room_->request_resume();
    schedule();  // the flush looks again, should the congestion have ended in between
}

void fanout::cancel_relief(cursor& which) noexcept
{
    if (std::exchange(which.awaits_relief, false)) {
        --awaiting_relief_;
    }
}

void fanout::add_members(member_collector& into)
{
    for (auto* one : cursors_) {
        if (one->phase == cursor::state::live && !into.add(one->out->handle())) {
            return;
        }
    }
}

// Once: a member that comes in later is refused.
void fanout::announce_close() noexcept
{
    if (std::exchange(close_announced_, true)) {
        return;
    }
    for (auto* one : cursors_) {
        try {
            if (one->phase == cursor::state::live) {
                one->out->on_room_closed(*one);
            }
        } catch (...) {
            one->out->on_exception();
        }
    }
}

void fanout::relieve() noexcept
{
    for (auto* one : cursors_) {
        if (one->awaits_relief) {
            cancel_relief(*one);
            try {
                one->out->on_relieved(*one);
            } catch (...) {
                one->out->on_exception();
            }
        }
    }
}

}  // namespace chatroom::detail
