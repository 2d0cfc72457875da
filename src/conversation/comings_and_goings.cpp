// SPDX-License-Identifier: BSL-1.0
// Who comes in, who came and went, and what is told of it.
#include "sentences.hpp"
#include "talk.hpp"

#include <chatroom/wire/sender.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace chatroom::detail {
namespace {

bool contain(const std::vector<network>& networks, const boost::asio::ip::address& address)
{
    return std::ranges::any_of(networks, [&](const auto& one) { return one.contains(address); });
}

}  // namespace

admission_verdict talk::admit(std::string_view address, transport by)
{
    if (gate_ && by == transport::udp) {
        return admission_verdict::refuse(std::string{sentences::tcp_for_password});
    }
    const auto from = host_of(address);
    if (contain(deny_, from) || (!allow_.empty() && !contain(allow_, from))) {
        return admission_verdict::refuse(std::string{sentences::not_from_here});
    }
    const lock_guard lock{mutex_};
    const auto* const banned = bans_.find(from, ban::clock_now());
    return banned != nullptr ? admission_verdict::refuse(sentences::banned_yourself(*banned))
                             : admission_verdict::admit();
}

// Disconnecting it is under way: what it has sent already is still read.
bool talk::is_removed(const member& who)
{
    const lock_guard lock{mutex_};
    const auto* const one = directory_.find(who.id());
    return one != nullptr && one->removed;
}

void talk::remove_locked(person& one) noexcept
{
    if (!std::exchange(one.removed, true)) {
        removals_->fetch_add(1, std::memory_order_relaxed);
    }
}

boost::asio::awaitable<admission_verdict> talk::answer_admission(self_ptr self, std::string address, transport by)
{
    co_return self ? self->admit(address, by) : admission_verdict::admit();
}

void talk::on_joined(place& where, const member& who)
{
    std::string sender;
    std::string refusal;
    bool comes_in = false;
    {
        const lock_guard lock{mutex_};
        auto* one = directory_.find(who.id());
        if (one == nullptr) {
            const auto* const banned = bans_.find(host_of(who.address()), ban::clock_now());
            refusal = banned != nullptr ? sentences::banned_yourself(*banned) : std::string{};
            one = &directory_.add(who, gate_ ? nullptr : lobby_.get());
            one->outside = gate_ != nullptr;
            comes_in = true;
            one->time = gate_ ? now() + password_time : person::time_point::min();
            if (banned != nullptr) {
                remove_locked(*one);
            }
        } else if (one->name && where.people.contains(who.id())) {
            sender = one->sender();
        }
    }
    if (!sender.empty()) {
        announce_move(where, entry_kind::joined, who.id(), sender);
    }
    if (!refusal.empty()) {
        return (void)who.disconnect(refusal);
    }
    if (comes_in && !gate_) {
        apply_mutes(who);
    }
    if (comes_in) {
        gate_ ? wake_by(now() + password_time) : welcome(who);
    }
}

// Of one that only moves to another room, or of one that has gone.
void talk::on_left(const place_ptr& where, const member& who, disconnect_reason why)
{
    if (where) {
        close_if_empty(where);
    }
    if (who.transport() == transport::websocket) {
        return;  // by_request.cpp
    }
    const bool gone = who.leave(nowhere_) == error::not_a_member;
    std::string sender;
    place_ptr empty;
    {
        const lock_guard lock{mutex_};
        auto* const one = directory_.find(who.id());
        if (one == nullptr) {
            return;
        }
        sender = one->name && !one->removed ? one->sender() : std::string{};
        if (gone) {
            if (one->removed) {
                removals_->fetch_sub(1, std::memory_order_relaxed);
            }
            const auto name = one->name;
            empty = directory_.move(*one, nullptr, now());
            directory_.remove(*one);
            if (name) {
                names_.release(name, why != disconnect_reason::quit && why != disconnect_reason::removed, now());
            }
        }
    }
    if (empty) {
        close_when_empty(empty);
    }
    if (gone && where && !where->stays) {
        wake_by(now() + directory::idle_time);  // it may have been left empty
    }
    if (where && !sender.empty()) {
        announce_move(*where, entry_kind::left, who.id(), sender);
    }
}

// One that has left the directory may still be in the room: its way out waits on its strand. A room that closed before
// that would disconnect it.
void talk::close_when_empty(const place_ptr& which)
{
    {
        const lock_guard lock{mutex_};
        closing_.push_back(which);
    }
    close_if_empty(which);
}

void talk::close_if_empty(const place_ptr& which)
{
    {
        const lock_guard lock{mutex_};
        if (which->room.members() != 0 || std::erase(closing_, which) == 0) {
            return;
        }
    }
    which->room.stop();
}

std::vector<place_ptr> talk::places_of_locked(member_id who) const
{
    std::vector<place_ptr> all;
    if (const auto* const one = directory_.find(who)) {
        const auto places = directory_.places_of(*one);
        std::ranges::transform(places, std::back_inserter(all),
                               [this](const auto* which) { return directory_.find(which->name); });
    }
    return all;
}

place_ptr talk::move_locked(person& one, place* to)
{
    if (one.in != nullptr && !one.in->stays && one.in->people.size() == 1) {
        wake_by(now() + directory::idle_time);  // it is left empty
    }
    return directory_.move(one, to, now());
}

place_ptr talk::exit_locked(person& one, place& from)
{
    if (!from.stays && from.people.size() == 1) {
        wake_by(now() + directory::idle_time);  // it is left empty
    }
    return directory_.exit(one, from, now());
}

void talk::announce_move(place& where, entry_kind what, member_id who, std::string_view sender)
{
    const bool joined = what == entry_kind::joined;
    std::optional<person::time_point> due;
    {
        const lock_guard lock{mutex_};
        if (where.people.size() > options_.announce_limit) {
            return;
        }
        if (!where.news.admit(joined ? announcements::kind::joined : announcements::kind::left, now())) {
            due = where.news.due();
        }
    }
    if (due) {
        return wake_by(*due);
    }
    const auto line = joined ? sentences::joined(sender) : sentences::left(sender);
    (void)where.room.publish({.kind = what, .member = who, .sender = wire::server_name, .text = line});
}

void talk::tell_event(entry_kind what, member_id about, const std::string& line)
{
    std::optional<room> where;
    {
        const lock_guard lock{mutex_};
        const auto* const one = directory_.find(about);
        if (one != nullptr && one->in != nullptr && one->in->people.size() <= options_.announce_limit) {
            where = one->in->room;
        }
    }
    if (where) {
        (void)where->publish({.kind = what, .member = about, .sender = wire::server_name, .text = line});
    }
}

void talk::welcome(const member& who) const
{
    tell(who, options_.welcome);
}

void talk::report(const std::string& what) const
{
    if (options_.on_moderation) {
        options_.on_moderation(what);
    }
}

}  // namespace chatroom::detail
