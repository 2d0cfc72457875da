// SPDX-License-Identifier: BSL-1.0
#include "session/udp_fanout.hpp"

#include "wire/datagram.hpp"

#include <algorithm>

namespace chatroom::detail {
namespace {

constexpr std::uint64_t messages_per_sweep = 1024;

}  // namespace

udp_fanout::udp_fanout(std::shared_ptr<room_state> room) : room_{std::move(room)}, base_{room_->tail()} {}

udp_member& udp_fanout::add(const udp_roster::endpoint_type& from, udp_roster::time_point now, std::size_t replay)
{
    auto first = room_->tail();
    if (roster_.size() == 0 && !sweeping_) {
        base_ = first;  // nobody swept meanwhile
    }
    if (replay > 0) {
        log_view past;
        room_->view_since({}, past);
        first = past.back(past.tail(), replay);
    }
    auto& member = roster_.add(from, now);
    member.next = first.sequence;
    if (replay > 0 && first.sequence < joiners_.sequence) {
        joiners_ = first;
    }
    return member;
}

void udp_fanout::remove(udp_member& member) noexcept
{
    if (udp_roster::slot_of(member) == slot_) {
        fragment_ = 0;
    }
    roster_.remove(member);
}

bool udp_fanout::begin(bool closing)
{
    room_->view_since(base_, view_);
    const auto tail = view_.tail();
    again_ = false;
    if (joiners_.sequence < base_.sequence) {
        base_ = joiners_;
    }
    joiners_ = no_joiners;
    if (base_.sequence < view_.oldest().sequence) {
        base_ = view_.oldest();
    }
    goal_ = tail;
    if (roster_.size() != 0 && tail.sequence - base_.sequence > messages_per_sweep) {
        room_->view_since(base_, view_);
        goal_ = view_.back(tail, tail.sequence - base_.sequence - messages_per_sweep);
        again_ = true;
    }
    view_.clear();
    slot_ = fragment_ = 0;
    closing_ = closing && goal_ == tail;
    sweeping_ = true;
    return roster_.size() != 0 && (goal_ != base_ || closing_);
}

udp_member* udp_fanout::next_member() noexcept
{
    auto* const member = roster_.member_from(slot_);
    if (member != nullptr && udp_roster::slot_of(*member) != slot_) {
        slot_ = udp_roster::slot_of(*member);
        fragment_ = 0;
    }
    return member;
}

bool udp_fanout::goes_on() noexcept
{
    view_.clear();
    return roster_.member_from(slot_) != nullptr;
}

bool udp_fanout::end() noexcept
{
    sweeping_ = false;
    base_ = goal_;
    return !again_;
}

void udp_fanout::abandon() noexcept
{
    sweeping_ = false;
    view_.clear();
}

bool udp_fanout::append_all_pending(udp_member& member, std::size_t& fragment, send_batch& batch)
{
    room_->view_since({0, 0}, view_);
    decode(std::max(member.next, view_.oldest().sequence), view_.tail().sequence);
    return append_pending(member, fragment, batch);
}

void udp_fanout::prepare(position from, std::uint64_t to)
{
    room_->view_since(from, view_);
    decode(std::max(from.sequence, view_.oldest().sequence), to);
}

void udp_fanout::decode(std::uint64_t from, std::uint64_t to)
{
    messages_.clear();
    first_ = from;
    for (const auto end = std::min(to, from + messages_per_sweep); from < end; ++from) {
        messages_.push_back(view_.message_at({0, from}));
    }
}

// Adds what the member is owed of messages_; false if the batch is full before that.
bool udp_fanout::append_pending(udp_member& member, std::size_t& fragment, send_batch& batch) noexcept
{
    if (const auto oldest = view_.oldest().sequence; member.next < oldest) {
        room_->observer().skipped(member.id, oldest - member.next);
        member.next = oldest;
        fragment = 0;
    }
    if (member.next < first_) {
        return true;  // it came in meanwhile, with a replay: the next sweep is for it
    }
    for (; member.next < first_ + messages_.size(); ++member.next) {
        const auto& message = messages_[member.next - first_];
        if (message.wire.size() - 1 <= wire::max_datagram) {
            if (batch.full()) {
                return false;
            }
            batch.add(member.endpoint, member.local, message.wire.substr(0, message.wire.size() - 1));
            continue;
        }
        auto text = message.text;
        for (std::size_t i = 0; !text.empty(); ++i) {
            const auto part = wire::next_piece(text, message.sender.size());
            if (i < fragment) {
                continue;
            }
            if (batch.full()) {
                return false;
            }
            batch.add(member.endpoint, member.local, message.wire.substr(0, message.sender.size() + 1), part);
            ++fragment;
        }
        fragment = 0;
    }
    return true;
}

}  // namespace chatroom::detail
