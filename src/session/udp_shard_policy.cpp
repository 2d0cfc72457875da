// SPDX-License-Identifier: BSL-1.0
// A shard and its owner's program: the policy of the room, and the handles to members.
#include "session/udp_shard.hpp"

#include "room/member_collector.hpp"
#include "wire/datagram.hpp"
#include "wire/notices.hpp"

#include <chatroom/endpoint.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace chatroom::detail {

// What the peer sends meanwhile is dropped, its further heartbeats too.
void udp_shard::ask_policy(const datagram& from, time_source::time_point now)
{
    auto place = context_->asking.enter();
    const auto [asked, is_new] = asking_.try_emplace(from.sender);
    if (!is_new) {
        return;
    }
    if (!place) {
        asking_.erase(asked);
        return refuse(from.sender, from.local, disconnect_reason::rejected, {}, now);
    }
    asked->second.local = from.local;
    asked->second.until = now + pending_admissions::timeout;
    auto done = [self = shared_from_this(), peer = from.sender,
                 place = std::move(place)](const std::exception_ptr& failure, const admission_verdict& answer) {
        self->on_verdict(peer, failure, answer);
    };
    const asio::any_io_executor strand{port_->get_executor()};
    try {
        auto running = room().policy().admit(to_label(from.sender), transport::udp);
        asio::co_spawn(strand, std::move(running),
                       asio::bind_cancellation_slot(asked->second.cancel.slot(), std::move(done)));
    } catch (...) {
        report_exception("admit");
        asking_.erase(from.sender);
        return refuse(from.sender, from.local, disconnect_reason::rejected, {}, now);
    }
    timer_.expires_no_later_than(now + pending_admissions::timeout);
}

void udp_shard::on_verdict(const asio::ip::udp::endpoint& from, const std::exception_ptr& failure,
                           const admission_verdict& answer)
{
    const auto asked = asking_.extract(from);
    const auto time = now();
    if (failure && to_error_code(failure) != asio::error::operation_aborted) {
        observer().error("admit", to_label(from), failure);
    }
    const auto& local = asked.mapped().local;
    try {
        if (failure || !answer.admitted || time >= asked.mapped().until) {
            refuse(from, local, disconnect_reason::rejected, failure ? std::string_view{} : answer.words, time);
        } else if (draining_ || room().closed()) {
            refuse(from, local, disconnect_reason::shutdown, wire::notices::closing(disconnect_reason::shutdown), time);
        } else {
            (void)admit(from, local, time);
        }
    } catch (...) {
        report_exception("join");
    }
}

void udp_shard::cancel_late_questions(time_source::time_point now)
{
    for (auto next = asking_.begin(); next != asking_.end();) {
        auto& asked = next++->second;  // its answer may come at once, and take it out
        if (now >= asked.until || draining_) {
            asked.cancel.emit(asio::cancellation_type::terminal);
        } else {
            timer_.expires_no_later_than(asked.until);
        }
    }
}

std::shared_ptr<udp_handle> udp_shard::handle_of(const udp_member& member)
{
    if (const auto known = handles_.find(member.id); known != handles_.end()) {
        return known->second;
    }
    auto made = std::make_shared<udp_handle>(member.id, to_label(member.endpoint), weak_from_this());
    made->share = &share_of(member);
    made->slot = udp_roster::slot_of(member);
    return handles_.emplace(member.id, std::move(made)).first->second;
}

udp_member* udp_shard::member_of(const udp_handle& which) noexcept
{
    auto* const found = which.share == nullptr ? nullptr : which.share->fanout().members().member_from(which.slot);
    return found != nullptr && found->id == which.id() ? found : nullptr;
}

void udp_shard::post(std::function<void()> what) noexcept
{
    asio::post(port_->get_executor(), [self = shared_from_this(), what = std::move(what)] {
        try {
            what();
        } catch (...) {
            self->report_exception("member");
        }
    });
}

void udp_shard::collect(std::shared_ptr<udp_share> share, std::shared_ptr<member_collector> into)
{
    post([this, share = std::move(share), into = std::move(into)] {
        auto& members = share->fanout().members();
        for (auto* one = members.member_from(0); one != nullptr;
             one = members.member_from(udp_roster::slot_of(*one) + 1)) {
            if (!into->add(chatroom::member{handle_of(*one)})) {
                return;
            }
        }
    });
}

void udp_shard::send_line(const udp_handle& to, std::string_view sender, std::string_view text)
{
    if (const auto* const member = member_of(to)) {
        while (!text.empty()) {
            const auto part = wire::next_piece(text, sender.size());
            const auto datagram = std::string{sender}.append("\n").append(part);
            (void)send_one(port_->socket().native_handle(), member->endpoint, member->local, datagram);
        }
    }
}

void udp_shard::remove(const udp_handle& which, std::string_view last_words)
{
    if (auto* const member = member_of(which)) {
        quit(*member, disconnect_reason::removed, last_words);
    }
}

void udp_shard::set_sender(udp_handle& of, std::string_view sender)
{
    if (const auto* const member = member_of(of)) {
        room_of(*member).report(entry_kind::renamed, of.id(), of.current_sender, sender);
    }
    of.current_sender = sender;
}

void udp_shard::leave(const udp_handle& which, const room_state& room)
{
    if (auto* const member = member_of(which); member != nullptr && &room_of(*member) == &room) {
        quit(*member, disconnect_reason::removed);
    }
}

// It has been sent what it was owed in the old room, if the socket takes that now.
void udp_shard::move(udp_handle& which, const std::shared_ptr<room_state>& to)
{
    auto* const member = member_of(which);
    if (member == nullptr || draining_ || to->closed() || &room_of(*member) == to.get()) {
        return;
    }
    const auto replay = context_->options.members.replay;
    const auto target = share_for(to);
    send_pending(*member);
    auto& old = share_of(*member);
    target->enter();
    udp_member* moved = nullptr;
    try {
        if (target != main_) {
            elsewhere_[member->endpoint] = target.get();
        }
        moved = &target->fanout().add(member->endpoint, now(), replay);
    } catch (...) {
        target->leave();
        // as it was: what was in the old room still is
        &old == main_.get() ? (void)elsewhere_.erase(member->endpoint) : (void)(elsewhere_[member->endpoint] = &old);
        drop_if_empty(*target);
        throw;
    }
    if (target == main_) {
        elsewhere_.erase(member->endpoint);
    }
    moved->id = member->id;
    moved->bucket = member->bucket;
    moved->local = member->local;
    moved->told = member->told;
    moved->warned = member->warned;
    which.share = target.get();
    which.slot = udp_roster::slot_of(*moved);
    to->enter();
    timer_.expires_no_later_than(expiry_time(now()));
    if (replay > 0) {
        target->schedule();
    }
    report_joined(*target, *moved);  // first, as over TCP: it is a member all the time
    auto& room = old.room();
    leave_room(old, *member);
    room.observer().left(which.id(), which.address(), disconnect_reason::quit);
    room.report(entry_kind::left, which.id(), which.current_sender, to_string(disconnect_reason::quit));
    if (room.policy().left) {
        call_policy("left",
                    [&] { room.policy().left(chatroom::member{which.shared_from_this()}, disconnect_reason::quit); });
    }
    if (&old != main_.get()) {
        drop_if_empty(old);
    }
}

error_code udp_shard::publish(udp_member& member, std::string_view text, time_source::time_point now,
                              std::string& words)
{
    auto& room = room_of(member);
    const bool asks = bool{room.policy().submit};
    const auto known = handles_.find(member.id);
    if (!asks && known == handles_.end()) {
        const auto sender = to_label(member.endpoint);
        return room.publish({.member = member.id, .sender = sender, .text = text});
    }
    const auto handle = known != handles_.end() ? known->second : handle_of(member);
    if (handle->muted_until > now) {
        return error::muted;
    }
    return asks ? room.submit(chatroom::member{handle}, handle->current_sender, text, words)
                : room.publish({.member = member.id, .sender = handle->current_sender, .text = text});
}

}  // namespace chatroom::detail
