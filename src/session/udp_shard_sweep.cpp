// SPDX-License-Identifier: BSL-1.0
// What a shard tells: the sweeps.
#include <chatroom/session/udp_shard.hpp>

#include <chatroom/wire/datagram.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace chatroom {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t messages_per_sweep = 1024;
constexpr auto sweep_retry_delay = 10ms;

}  // namespace

// It goes at once, but not before it has been sent what it is owed, if the socket takes that now.
void udp_shard::quit(udp_member& member)
{
    if (batch_.done() && port_->socket().is_open()) {
        room().view_since({}, view_);
        auto piece = roster_.slot_of(member) == slot_ ? fragment_ : 0;
        bool all = false;
        error_code ec;
        while (!all && !ec) {
            decode(std::max(member.next, view_.oldest().sequence), view_.tail().sequence);
            all = append_pending(member, piece);
            ec = batch_.send(port_->socket().native_handle());
            batch_.clear();
        }
        view_.clear();
    }
    leave(member, disconnect_reason::quit);
}

void udp_shard::flush() noexcept
{
    clear_scheduled();
    if (apply_stop_request()) {
        return;
    }
    if (sweep_ != sweep::idle) {
        again_ = true;
        return;
    }
    try {
        begin_sweep();
    } catch (...) {
        report_exception("flush");
        again_ = true;
        pause();
    }
}

void udp_shard::begin_sweep()
{
    again_ = false;
    room().view_since(base_, view_);
    const auto tail = view_.tail();
    if (joiners_.sequence < base_.sequence) {
        base_ = joiners_;
    }
    joiners_ = no_joiners;
    if (base_.sequence < view_.oldest().sequence) {
        base_ = view_.oldest();
    }
    goal_ = tail;
    if (roster_.size() != 0 && tail.sequence - base_.sequence > messages_per_sweep) {
        room().view_since(base_, view_);
        goal_ = view_.back(tail, tail.sequence - base_.sequence - messages_per_sweep);
        again_ = true;
    }
    view_.clear();
    slot_ = fragment_ = 0;
    closing_pass_ = draining_ && goal_ == tail;
    sweep_ = sweep::going;
    if (roster_.size() == 0 || (goal_ == base_ && !closing_pass_)) {
        return end_sweep();
    }
    set_backpressure_mark(base_.byte);
    step();
}

void udp_shard::step() noexcept
{
    if (sweep_ != sweep::going) {
        return;
    }
    try {
        if (batch_.done()) {
            fill();
        }
        send();
    } catch (...) {
        report_exception("sweep");
        pause();
    }
}

// What throws here does so before a member's position has moved.
void udp_shard::fill()
{
    batch_.clear();
    room().view_since(base_, view_);
    decode(std::max(base_.sequence, view_.oldest().sequence), goal_.sequence);
    while (auto* member = roster_.member_from(slot_)) {
        if (const auto here = roster_.slot_of(*member); here != slot_) {
            slot_ = here;
            fragment_ = 0;
        }
        if (!append_pending(*member, fragment_)) {
            return;
        }
        if (closing_pass_) {
            if (batch_.full()) {
                return;
            }
            batch_.add(member->endpoint, member->local, room_closing);
            leave(*member, disconnect_reason::shutdown);
        }
        ++slot_;
    }
}

void udp_shard::decode(std::uint64_t from, std::uint64_t to)
{
    messages_.clear();
    first_ = from;
    for (const auto end = std::min(to, from + messages_per_sweep); from < end; ++from) {
        messages_.push_back(view_.message_at({0, from}));
    }
}

// Adds what the member is owed of messages_; false if the batch is full before that.
bool udp_shard::append_pending(udp_member& member, std::size_t& piece) noexcept
{
    if (const auto oldest = view_.oldest().sequence; member.next < oldest) {
        observer().skipped(member.id, oldest - member.next);
        member.next = oldest;
        piece = 0;
    }
    if (member.next < first_) {
        return true;  // it came in meanwhile, with a replay: the next sweep is for it
    }
    for (; member.next < first_ + messages_.size(); ++member.next) {
        const auto& message = messages_[member.next - first_];
        if (message.wire.size() - 1 <= wire::max_datagram) {
            if (batch_.full()) {
                return false;
            }
            batch_.add(member.endpoint, member.local, message.wire.substr(0, message.wire.size() - 1));
            continue;
        }
        auto text = message.text;
        for (std::size_t i = 0; !text.empty(); ++i) {
            const auto part = wire::next_piece(text, message.sender.size());
            if (i < piece) {
                continue;
            }
            if (batch_.full()) {
                return false;
            }
            batch_.add(member.endpoint, member.local, message.wire.substr(0, message.sender.size() + 1), part);
            ++piece;
        }
        piece = 0;
    }
    return true;
}

void udp_shard::send()
{
    const auto ec = batch_.send(port_->socket().native_handle());
    if (!batch_.done()) {
        if (ec != asio::error::would_block) {
            return pause();
        }
        sweep_ = sweep::blocked;
        auto writable = [self = shared_from_this()](error_code) {
            self->waits_to_write_ = false;
            if (self->sweep_ == sweep::blocked) {
                self->sweep_ = sweep::going;
                self->step();
            }
        };
        port_->socket().async_wait(udp_socket::wait_write, with_memory(sweep_memory_, std::move(writable)));
        waits_to_write_ = true;
        return;
    }
    if (batch_.skipped() != 0) {
        observer().send_failed(batch_.skipped(), batch_.skipped_why());
    }
    batch_.clear();
    view_.clear();
    if (roster_.member_from(slot_) == nullptr) {
        return end_sweep();
    }
    auto next = [self = shared_from_this()] { self->step(); };
    asio::post(port_->get_executor(), with_memory(sweep_memory_, std::move(next)));
}

// Memory is short: the timer takes the sweep up again.
void udp_shard::pause() noexcept
{
    sweep_ = sweep::blocked;
    timer_.expires_no_later_than(timer_.now() + sweep_retry_delay);
}

void udp_shard::end_sweep() noexcept
{
    sweep_ = sweep::idle;
    base_ = goal_;
    if (roster_.size() == 0) {
        set_backpressure_mark(no_mark);
        if (draining_) {
            cancel_timer_if_done();
        }
    } else {
        set_backpressure_mark(base_.byte);
    }
    room().resume_if_relieved();
    if (again_ || (draining_ && roster_.size() != 0)) {
        schedule();
    }
}

}  // namespace chatroom
