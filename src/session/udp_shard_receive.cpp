// SPDX-License-Identifier: BSL-1.0
// What a shard hears: who comes, and what they say.
#include <chatroom/session/udp_shard.hpp>

#include <chatroom/endpoint.hpp>
#include <chatroom/wire/datagram.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace chatroom {
namespace {

using namespace std::chrono_literals;

constexpr auto notice_every = 1min;
constexpr wire::token_rate refusals_answered{100, 100};
constexpr std::string_view room_full = "*\nthe room is full";
constexpr std::string_view address_full = "*\ntoo many members from your address";
constexpr std::string_view server_form =
    "*\nyour messages look like those of a chat server and are not passed on: put something before the address";
constexpr std::string_view too_long = "*\nyour message is too long and was not passed on";
constexpr std::string_view too_fast = "*\nyou are sending faster than this room allows: some of your messages are lost";
constexpr std::string_view too_busy = "*\nthe room is too busy: some of your messages are lost";

}  // namespace

void udp_shard::hear(const receive_batch& batch) noexcept
{
    const auto now = timer_.now();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        try {
            hear(batch[i], now);
        } catch (...) {
            report_exception("datagram");
        }
    }
}

void udp_shard::hear(const datagram& one, time_source::time_point now)
{
    auto* member = roster_.find(one.sender);
    if (wire::has_server_form(one.bytes)) {
        return member != nullptr ? ignore_server(*member) : refuse(one, disconnect_reason::not_a_member, {}, now);
    }
    if (member != nullptr) {
        roster_.touch(*member, now);
    }
    if (one.truncated) {
        return member != nullptr ? drop(*member, error::text_too_long, too_long, now) : void();
    }
    auto rest = one.bytes;
    while (const auto line = wire::next_line(rest)) {
        if (line->kind == wire::word::heartbeat) {
            if (member == nullptr) {
                member = join(one, now);
            }
        } else if (member == nullptr) {
            refuse(one, disconnect_reason::not_a_member, {}, now);
        } else if (line->kind == wire::word::quit) {
            quit(*std::exchange(member, nullptr));
        } else if (!draining_) {
            say(*member, line->text, now);
        }
    }
}

// No sign of life either: else two servers would keep each other's membership up. One notice, since that too has a
// server's form and is not answered.
void udp_shard::ignore_server(udp_member& member)
{
    observer().dropped(member.id, error::server_form);
    if (member.warned == 0) {
        member.warned = 1;
        (void)send_one(port_->socket().native_handle(), member.endpoint, member.local, server_form);
    }
}

udp_member* udp_shard::join(const datagram& from, time_source::time_point now)
{
    const auto address = from.sender.address();
    const auto turn_away = [&](disconnect_reason why, std::string_view notice) {
        refuse(from, why, notice, now);
        return nullptr;
    };
    if (!context_->trusted.contain(address) || context_->own_endpoints.contain(normalised(from.sender))) {
        return turn_away(disconnect_reason::not_trusted, {});
    }
    if (draining_ || room().closed()) {
        return turn_away(disconnect_reason::shutdown, room_closing);
    }
    if (context_->admit && !context_->admit(normalised(from.sender))) {
        return turn_away(disconnect_reason::rejected, {});
    }
    if (!context_->seats.take()) {
        return turn_away(disconnect_reason::room_full, room_full);
    }
    const auto key = context_->addresses.key_of(normalised(address));
    // Whatever may be refused memory comes before the member is one, and gives back what was taken.
    const auto give_back = [](chatroom::seats* seats) { seats->give_back(); };
    const auto leave = [key](address_table* table) { table->leave(key); };
    std::unique_ptr<chatroom::seats, decltype(give_back)> seat{&context_->seats, give_back};
    if (!context_->addresses.enter(key)) {
        return turn_away(disconnect_reason::address_limit, address_full);
    }
    std::unique_ptr<address_table, decltype(leave)> share{&context_->addresses, leave};
    const auto tail = room().tail();
    if (roster_.size() == 0 && sweep_ == sweep::idle) {
        base_ = tail;  // nobody swept meanwhile
    }
    const auto first = context_->options.replay > 0 ? replayed_from() : tail;
    auto* const member = &roster_.add(from.sender, now);
    seat.release();
    share.release();
    timer_.expires_no_later_than(expiry_time(now));
    member->id = room().enter();
    member->local = from.local;
    member->next = first.sequence;
    if (context_->options.replay > 0) {
        joiners_ =
            std::min(joiners_, first, [](const position& a, const position& b) { return a.sequence < b.sequence; });
        schedule();
    }
    observer().joined(member->id, to_label(member->endpoint));
    return member;
}

position udp_shard::replayed_from() const
{
    log_view past;
    room().view_since({}, past);
    return past.back(past.tail(), context_->options.replay);
}

void udp_shard::say(udp_member& member, std::string_view text, time_source::time_point now)
{
    if (member.bucket.next(now, context_->rate) > now) {
        return drop(member, error::rate_limited, too_fast, now);
    }
    if (room().congested()) {
        return drop(member, error::would_block, too_busy, now);
    }
    const auto ec = room().publish(member.id, to_label(member.endpoint), text);
    if (!ec) {
        (void)member.bucket.take(now, context_->rate);
    } else if (ec != error::empty_text && ec != error::closed) {
        drop(member, ec, ec == error::text_too_long ? too_long : too_busy, now);
    }
}

void udp_shard::drop(udp_member& member, error_code why, std::string_view notice, time_source::time_point now)
{
    observer().dropped(member.id, why);
    if (member.told == udp_member::time_point::min() || now - member.told >= notice_every) {
        member.told = now;
        (void)send_one(port_->socket().native_handle(), member.endpoint, member.local, notice);
    }
}

void udp_shard::refuse(const datagram& from, disconnect_reason why, std::string_view notice,
                       time_source::time_point now)
{
    observer().refused(to_label(from.sender), why);
    if (!notice.empty() && refusals_.take(now, refusals_answered)) {
        (void)send_one(port_->socket().native_handle(), from.sender, from.local, notice);
    }
}

}  // namespace chatroom
